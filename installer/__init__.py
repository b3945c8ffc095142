"""Makes the installable program: a fresh environment, a frozen folder, and what a system installs."""
