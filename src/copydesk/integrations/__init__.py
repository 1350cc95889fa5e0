"""copydesk inside other programs: each module is thin and imports the program that it is for, an optional extra."""
