"""Pages out of WARC files and archives in place of the network, and the recording of what the network gave."""
