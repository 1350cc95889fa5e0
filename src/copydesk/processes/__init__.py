"""How a run uses the machine: processes beside it, threads of its own, and settings of the libraries that it runs on."""
