# What doctor looks at, and what it finds.

doctor-title = Looking at everything that has to work
doctor-ok = ok
doctor-warning = look
doctor-bad = bad

doctor-check-config = Configuration
doctor-check-home = Folder
doctor-check-vault = Vault
doctor-check-memory = Memory
doctor-check-dumps = Core dumps
doctor-check-random = Randomness
doctor-check-relay = Relay address
doctor-check-access = Access key
doctor-check-connect = Connection
doctor-check-key = Relay's key
doctor-check-trip = There and back
doctor-check-clock = Clock

doctor-config-none = none; defaults are used
doctor-config-read = { $path } is in order
doctor-home-private = { $path } is yours alone
doctor-home-open = { $path } can be read by others; run: chmod 700
doctor-home-none = { $path } does not exist yet
doctor-vault-there = there, { $size } KiB
doctor-vault-none = none yet; run “nightjar setup”
doctor-memory-locked = kept out of swap
doctor-dumps-off = switched off
doctor-random-works = the system gives it
doctor-relay-given = { $relay }
doctor-access-none = none: whoever knows the address may use the relay
doctor-access-held = in { $path }, which is yours alone
doctor-access-open = { $path } can be read by others; run: chmod 600
doctor-connect-works = answers in { $millis } ms
doctor-key-fits = fits the address
doctor-trip-works = a sealed cell came back in { $millis } ms
doctor-clock-fits = { $seconds ->
    [one] one second off
   *[other] { $seconds } seconds off
}

doctor-all-well = ✓ Everything works.
doctor-some = { $count ->
    [one] One thing needs a look.
   *[other] { $count } things need a look.
}
