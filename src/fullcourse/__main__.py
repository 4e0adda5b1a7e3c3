"""Lets ``python -m fullcourse`` run the command line."""

from fullcourse.interfaces.cli.start import main

if __name__ == "__main__":
    main()
