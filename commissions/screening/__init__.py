"""Looking at what was earned for signs of fraud, and holding it until somebody decides."""
