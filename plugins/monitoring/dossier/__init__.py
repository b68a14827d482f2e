"""What leaves the house: the letter, its annexes as a signed ZIP, and the terms of the answer."""
