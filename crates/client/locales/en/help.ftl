# Help texts: help-COMMAND, help-COMMAND-OPTION, help-global-OPTION.

help = Reach someone with whom you share only a memory. Messages vanish; no accounts, no phone numbers.
help-more =
    Lengths of time: 30s, 5m, 24h, 7d.
    Exit codes: 0 done · 1 internal · 2 usage or configuration · 3 relay out of reach · 4 input needed ·
    5 the other side is not there · 6 answers do not match · 7 invite used up · 8 expired · 9 refused ·
    10 vault closed · 11 no such invite · 12 wrong relay key · 130 interrupted
    Nightjar has not been reviewed by anyone independent. A hostile phone or computer sees all that you see.

help-heading-usage = Usage:
help-heading-commands = Commands
help-heading-arguments = Arguments
help-heading-options = Options
help-heading-global = Options for every command
help-value-command = COMMAND

help-global-home = Keep everything in this folder (also: NIGHTJAR_HOME)
help-global-ephemeral = Keep nothing: memory only, gone when the program ends
help-global-relay = The relay to use (also: NIGHTJAR_RELAY)
help-global-relay-file = Read the relay's address from this file; a private relay's belongs nowhere else
help-global-json = Write events as JSON, one object a line
help-global-reveal = Put the text of messages into the JSON events
help-global-no-input = Never ask; end with code 4 when something would have to be asked
help-global-passphrase-fd = Read the passphrase from this file descriptor
help-global-lang = Language: en, ko or zh
help-global-color = Colours: auto, always or never
help-global-quiet = Say only what was asked for, warnings and errors
help-global-verbose = Say more; twice for still more
help-global-help = Show this help
help-global-version = Show the version

help-setup = Choose a relay and a passphrase, and make the vault

help-invite = Invite someone: a code or link that works once
help-invite-ask = Ask this question; only who knows the answer gets in
help-invite-name = What to call the other side here
help-invite-digits = A code of 14 digits that can be said aloud; the default
help-invite-link = A link, also as a QR code, that names the relay
help-invite-expires = How long the invite lives (default 30m, at most 3d)
help-invite-duress = Also set a duress answer, which tells you that the other side was forced
help-invite-answer-fd = Read the answer from this file descriptor
help-invite-duress-fd = Read the duress answer from this file descriptor
help-invite-no-qr = Do not draw a QR code
help-invite-no-wait = Do not wait for the other side; it can answer later

help-join = Take an invite; nothing is stored here unless you say --keep
help-join-code-stdin = Read the invite from standard input
help-join-keep = Keep this contact in the vault
help-join-name = What to call the other side here
help-join-answer-fd = Read the answer from this file descriptor
help-join-timeout = How long to wait for the other side

help-chat = Write and read, line by line
help-chat-contact = With whom
help-chat-expires = How long your messages live (default 24h, at most 7d)
help-chat-after-read = How long they stay once they were shown (default 5m)

help-send = Send one message, from standard input or as you type it
help-send-contact = To whom
help-send-expires = How long it lives (default 24h, at most 7d)
help-send-after-read = How long it stays once it was shown (default 5m)
help-send-for-coercer = This text may be read by whoever forces the other side
help-send-wait = Wait until it was delivered
help-send-timeout = How long to wait for that (default 1m)

help-recv = Show what has arrived
help-recv-contact = From whom only
help-recv-wait = Wait this long for something to arrive
help-recv-no-read-receipts = Do not tell the other side that you have read it

help-peers = List your contacts

help-wipe = Destroy the vault and the configuration on this computer
help-wipe-yes = Do not ask whether you are sure

help-doctor = Find out what does not work, and what to do about it

help-demo = Watch it work: a relay and two people on this computer, about a minute
help-demo-speed = Go this many times faster, 1 to 20

help-completions = Print the completion script of a shell
help-completions-shell = bash, elvish, fish, powershell or zsh

help-man = Print the manual page
help-man-out = Write a page for each command into this folder

help-dev-relay = Run a relay for trying things out, on this computer only
help-dev-relay-port = The port to listen on; 0 for a free one
help-dev-relay-key-file = Keep the key of the relay in this file
help-dev-relay-access-key-file = Let in only who holds an access key of this file

help-dev-relay-stats-every = Print the counters this often, in seconds
