"""The files that emulated tasks end in: a film, a picture, a sound. Real ones, drawn from a seed, small, the same bytes for
the same arguments. Knows file formats; knows no provider, task or request.
"""

from .films import film as film
from .pictures import picture as picture
from .sounds import sound as sound
