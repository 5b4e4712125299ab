"""What the user drives: Vidu, AsyncVidu and their handles."""
