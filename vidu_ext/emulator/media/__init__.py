"""The files of emulated tasks: films, pictures, sounds. Small, and the same bytes for the same arguments."""

from .films import film as film
from .stills import picture as picture
from .stills import sound as sound
