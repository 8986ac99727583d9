"""What somebody who means harm would try, at the doors of the whole program."""
