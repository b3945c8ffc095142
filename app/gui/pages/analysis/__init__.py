"""The numbers and figures of a study, in the window as they are in the paper."""
