# Failures: what happened (failure-CODE) and what to do next (failure-CODE-next).

failure-where = Where: { $place }
failure-next = Next: { $next }

place-command-line = on the command line
place-config = in the configuration
place-input = at the input
place-output = at the output
place-vault = in the vault on this computer
place-way-to-relay = between this computer and the relay
place-relay = at the relay
place-invite = with the invite
place-peer = with the other side
place-message = with the message
place-file = with the file
place-program = in the program

failure-internal = Something went wrong inside the program: { $detail }.
failure-internal-next = Try again. If it happens again, please report it with the output of “nightjar doctor”.

failure-output = The output cannot be written: { $detail }.
failure-output-next = Check where the output goes. What could not be shown is in /list of “nightjar chat” until its time is over.

failure-vault-io = The vault cannot be read or written: { $detail }.
failure-vault-io-next = Check free space and permissions. What was there before is unharmed.

failure-usage = { $what }
failure-usage-next = “nightjar --help” lists the commands, “nightjar COMMAND --help” its options.

failure-config = { $path } cannot be used: { $detail }.
failure-config-next = Correct the file, or move it away to start without one.

failure-config-unknown = { $path } has a setting “{ $name }”, which does not exist.
failure-config-unknown-next = Remove the line. Settings are: relay, lang, expires, after_read, read_receipts.

failure-config-meant = { $path } has a setting “{ $name }”, which does not exist.
failure-config-meant-next = Did you mean “{ $meant }”?

failure-config-value = In { $path }, “{ $name }” cannot be { $value }.
failure-config-value-next = Correct the value. Lengths of time look like "5m" or "24h", a relay like "host:port#key".

failure-no-home = This system names no folder for the program's files.
failure-no-home-next = Name one with --home DIR.

failure-relay-missing = No relay is known yet.
failure-relay-missing-next = Name one with --relay host:port#key or --relay-file FILE, or run “nightjar setup”.

failure-relay-address = “{ $address }” is not the address of a relay.
failure-relay-address-next = An address looks like host:port#key. Whoever runs the relay can give it to you; the key is part of it.

failure-relay-file = The file { $path } with the relay's address cannot be read: { $detail }
failure-relay-file-next = Check the path. The file has one line: the address as whoever runs the relay gave it to you.

failure-relay-exposed = The access key of the relay stands in { $place }, where every program on this computer can read it.
failure-relay-exposed-next = Put the address into a file that only you can read and name it with --relay-file, or type it in “nightjar setup”. If others use this computer, tell whoever runs the relay that the key may be known.

failure-vault-missing = There is no vault here yet.
failure-vault-missing-next = Run “nightjar setup”. To keep nothing on this computer, use --ephemeral.

failure-vault-exists = There is a vault already, in { $path }.
failure-vault-exists-next = Use it as it is, choose another folder with --home, or destroy it with “nightjar wipe”.

failure-contact-unknown = You have no contact named “{ $name }”.
failure-contact-unknown-next = “nightjar peers” lists your contacts.

failure-contact-exists = You have a contact named “{ $name }” already.
failure-contact-exists-next = Choose another name with --name.

failure-invite-mistyped = This invite was mistyped: it has not the form of one, or its check digits do not fit. Nothing was sent.
failure-invite-mistyped-next = Compare it with the original and type it again. The invite is still good.

failure-descriptor = File descriptor { $fd } gave no line that can be used.
failure-descriptor-next = Pass one line of UTF-8 text on it.

failure-descriptor-unsupported = This system has no numbered file descriptors.
failure-descriptor-unsupported-next = Leave the option out and type it when asked.

failure-relay-unreachable = The relay { $relay } does not answer.
failure-relay-unreachable-next = Check the network; “nightjar doctor” tries each step. Your invites and messages are unharmed.

failure-relay-name = The name of the relay { $relay } cannot be found.
failure-relay-name-next = Check the spelling and the network's name service; “nightjar doctor” tries each step.

failure-relay-lost = The connection to the relay { $relay } broke and could not be made again.
failure-relay-lost-next = Try again later. What was not delivered is kept and sent again then.

failure-relay-protocol = What answers at { $relay } does not speak as a relay does.
failure-relay-protocol-next = Check the port, and whether something in between changes the traffic (a hotel or company network).

failure-relay-full = The relay { $relay } is full or busy.
failure-relay-full-next = Try again in a few minutes, or use another relay.

failure-input-needed = Input is needed, and --no-input forbids to ask: { $what }
failure-input-needed-next = Pass it with an option such as --passphrase-fd or --answer-fd, or leave --no-input out.

failure-input-unreadable = The input cannot be read: it is too long, or it is not UTF-8 text.
failure-input-unreadable-next = Type it again, or pass one line of UTF-8 text.

failure-no-terminal = Input is needed, and there is no terminal to ask at: { $what }
failure-no-terminal-next = Run it in a terminal, or pass it with an option such as --passphrase-fd or --answer-fd.

failure-peer-absent = The other side is not there yet.
failure-peer-absent-next = Nothing is wrong. Keep both programs open at the same time, or try again later.

failure-not-delivered = The message waits at the relay; the other side has not fetched it in time.
failure-not-delivered-next = Nothing to do: it is delivered when the other side comes, until its time is over.

failure-nothing-arrived = Nothing arrived in this time.
failure-nothing-arrived-next = Try again later, or wait longer with --wait.

failure-mismatch = The answers do not match. { $left ->
    [one] One try is left.
   *[other] { $left } tries are left.
}
failure-mismatch-next = It can be a slip of the finger, on either side, or someone else. Try again with care.

failure-invite-used = This invite was taken already.
failure-invite-used-next = If it was not you, someone else had it: ask the other side for a new one, on another way.

failure-attempts-exhausted = The answers did not match, and no tries are left. This invite is gone.
failure-attempts-exhausted-next = It can have been a slip of the finger, on either side, or someone else. Make a new invite, perhaps with another question.

failure-invite-expired = The time of this invite is over.
failure-invite-expired-next = Ask the other side for a new one; --expires makes it live longer.

failure-message-empty = The message is empty.
failure-message-empty-next = Type something, or pass the text on standard input.

failure-message-long = The message is too long: { $length } bytes, at most { $most }.
failure-message-long-next = Split it into several.

failure-question-long = The question is too long: { $length } bytes, at most { $most }.
failure-question-long-next = Make it shorter.

failure-answer-length = This answer is too short or too long.
failure-answer-length-next = Without spaces and punctuation it needs at least two characters. Choose one that nobody guesses.

failure-answer-characters = This answer has characters that an answer cannot have.
failure-answer-characters-next = Use letters and digits.

failure-answers-alike = The duress answer is the same as the answer, once spaces, case and punctuation are set aside.
failure-answers-alike-next = Choose one that is clearly different.

failure-passphrase-weak = This passphrase is too short or too simple.
failure-passphrase-weak-next = At least { $least } keystrokes, not all alike. Four or five random words are good and easy to keep in mind.

failure-passphrases-differ = The two passphrases were not the same.
failure-passphrases-differ-next = Run “nightjar setup” again. Nothing was made.

failure-contact-name = This cannot be a contact's name.
failure-contact-name-next = Use 1 to 32 visible characters, and no “-” at the front.

failure-contact-duress = { $name } answered with the duress answer. Only what a coercer may read can be sent.
failure-contact-duress-next = Assume that someone reads along. If the text is fit for that, add --for-coercer.

failure-declined = You said no. Nothing was done.
failure-declined-next = Run it again if you change your mind.

failure-vault-wrong = The passphrase does not open the vault, or the file was damaged. The two cannot be told apart.
failure-vault-wrong-next = Type it again; check Caps Lock and the keyboard layout. The file was not changed.

failure-vault-in-use = Another nightjar has the vault open.
failure-vault-in-use-next = Close the other one first. To use two vaults at once, choose a folder with --home.

failure-vault-damaged = The vault file is damaged or not a vault. It was not changed.
failure-vault-damaged-next = Put back a copy if you have one; else destroy it with “nightjar wipe” and pair again.

failure-vault-version = The vault was made by a newer version of the program.
failure-vault-version-next = Use that version. The file was not changed.

failure-invite-unknown = The relay knows no such invite.
failure-invite-unknown-next = Check that you use the same relay as the other side, and that the invite is not older than it may be.

failure-relay-key = Who answers at { $relay } does not have this relay's key, or hangs up on every greeting.
failure-relay-key-next = Do not go on over this network: someone may stand in between. If the relay has a new key, get its address again from someone you trust.

failure-relay-refused = The relay at { $relay } did not understand us: it has another key, speaks another version, or is private and needs its access key.
failure-relay-refused-next = Get its address again, access key and all, from someone you trust, and put it into a file for --relay-file or into the configuration. Someone in between could say this, too: if the address is right, do not go on over this network.

failure-interrupted = Interrupted.
failure-interrupted-next = What was sent before stays sent; the rest was not done.

failure-invite-damaged = Something lies where the invite leads, but the invite does not open it.
failure-invite-damaged-next = Ask for a new invite. If it happens again, somebody between you may be replacing it.

failure-message-encoding = The message is not text in UTF-8.
failure-message-encoding-next = Send text, or send it as a file with --file.

failure-demo = A step of the demonstration did not happen: { $step }.
failure-demo-next = Run it again. If it fails again, please report what it printed.

failure-peer-silent = Nothing has been heard from { $name } for too many messages. One more can be sent every day.
failure-peer-silent-next = Wait until { $name } has read what is on its way.

failure-message-control = The message has characters that control a terminal.
failure-message-control-next = Remove them. Line ends and tabs are allowed.

failure-photo-heic = This photo is in Apple's HEIC format or one of its kind, which cannot be sent.
failure-photo-heic-next = Save or export it as JPEG and send that. On an iPhone: Settings, Camera, Formats, “Most Compatible”.

failure-photo-format = This is not a photo that can be sent.
failure-photo-format-next = JPEG, PNG, WebP and GIF can be. Save it as JPEG, or send it as a document if nothing in it betrays you.

failure-photo-damaged = The photo is damaged: part of it is missing, or it does not hold what it claims.
failure-photo-damaged-next = Open it, save it again as JPEG, and try with that.

failure-photo-too-large = The photo has too many pixels: more than { $most } million, or a side of more than 16384.
failure-photo-too-large-next = Make it smaller, or cut out what matters.

failure-photo-slow = The photo took too long to decode.
failure-photo-slow-next = Open it, save it again as JPEG, and try with that.

failure-voice-format = This is not a voice note that can be sent: it has to be one recording in Ogg Opus.
failure-voice-format-next = Record or export it as “.ogg” or “.opus”, with one or two channels.

failure-voice-damaged = The voice note is damaged: part of it is missing, or its parts do not agree.
failure-voice-damaged-next = Record or export it again.

failure-voice-too-long = The voice note is too long: at most { $most } minutes.
failure-voice-too-long-next = Split it into several.

failure-file-too-large = The file is too large: at most { $most } megabytes.
failure-file-too-large-next = Make it smaller, or split it into several.

failure-file-name = No file can have this name.
failure-file-name-next = Use 1 to 255 bytes without slashes and control characters.
