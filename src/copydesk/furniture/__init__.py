"""Page furniture among the lines of a body: lines, phrases, features of a line, and the model that judges them."""
