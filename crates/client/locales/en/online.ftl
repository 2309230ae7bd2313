# What happens on the way to the relay, and what commands say while they wait.

relay-cut = The relay is out of reach. Trying again until it answers.
relay-renewed = The relay began anew. What it lost and you still have is sent again.
relay-no-room = The relay or the mailbox is full. It is tried again until the message's time is over.

join-kept-waiting = The answer is on its way. “nightjar recv” picks up what comes of it.
invite-chat-next = Next: nightjar chat { $name }
invite-name = What do you want to call them?

chat-duration = A length of time looks like 30s, 5m, 24h or 7d.
usage-no-wait-ephemeral = --no-wait and --ephemeral do not go together: what is not stored cannot be picked up later.
failure-invite-damaged = Something lies where the invite leads, but the invite does not open it.
failure-invite-damaged-next = Ask for a new invite. If it happens again, somebody between you may be replacing it.
failure-message-encoding = The message is not text in UTF-8.
failure-message-encoding-next = Send text. Files come with a later version.
failure-demo = A step of the demonstration did not happen: { $step }.
failure-demo-next = Run it again. If it fails again, please report what it printed.
demo-saw-unsearched = (Its memory was not searched: this system does not let a program look.)
help-dev-relay-stats-every = Print the counters this often, in seconds
demo-mark = Locker { $number }.
contact-unnamed = peer
