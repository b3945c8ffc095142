"""The library page: scans found in files and folders, their doubts, and a look at each."""
