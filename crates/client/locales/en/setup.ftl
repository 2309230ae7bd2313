# Setting up, the vault, wiping, and what many commands share.

prompt-passphrase = Passphrase:
prompt-yes = y yes
prompt-no = n no
prompt-yes-or-no = Please type y or n.

life-hours = { $hours } h { $minutes } min
life-days = { $days } d { $hours } h

vault-opening = Opening the vault…

setup-relay-hint = The relay carries sealed messages and cannot read them. Its address looks like host:port#key, or host:port#key.access if it is private.
setup-relay = Relay:
setup-passphrase-hint = The passphrase seals what is stored here. Nobody can recover it. Four or five random words are good.
setup-passphrase = New passphrase:
setup-passphrase-again = Once more:
setup-passphrase-weak = Too short or too simple: at least { $least } keystrokes, not all alike.
setup-passphrase-differ = The two were not the same. Again, please.
setup-making = Making the vault…
setup-done = ✓ The vault is ready, in { $path }.
setup-next = Next: “nightjar invite” to invite someone, or “nightjar join” if you were invited.

wipe-warning = This destroys all contacts and messages in { $path }. It cannot be undone.
wipe-confirm = Destroy everything? (y/n)
wipe-done = ✓ Destroyed: the vault and the configuration in { $path }.
wipe-best-effort = The files were overwritten and removed. On SSDs, phones and in backups, traces can remain. What others received is theirs to erase.

harden-core-dumps = Core dumps could not be switched off; if the program crashes, secrets may end up in a file.
harden-swap-limit = The limit on locked memory is too low to keep secrets out of swap. Encrypt the swap, or raise the limit (ulimit -l unlimited).
harden-swap-unsupported = This system cannot keep a program's memory out of swap. Encrypt the disk.
