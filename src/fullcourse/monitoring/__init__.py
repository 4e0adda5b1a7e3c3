"""Which tests does this treatment call for, when, and what asks for each of them?"""
