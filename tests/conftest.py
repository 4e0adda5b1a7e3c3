"""How hard properties try: ``HYPOTHESIS_PROFILE=night`` for long, without it quick; see also ``effort``."""

import os

from hypothesis import settings

settings.register_profile("quick", deadline=None)
settings.register_profile("night", deadline=None, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
