return entries(KEYS[1])
