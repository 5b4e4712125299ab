"""The files that emulated tasks end in: a film, a picture, a sound. Small, and the same bytes for the same arguments."""

from .films import film as film
from .stills import picture as picture
from .stills import sound as sound
