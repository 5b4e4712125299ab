"""Make videos with the Vidu models through whichever provider a person has an account with."""
