"""Where do the results of a drug lead, and how high are its levels?"""
