# Messages, their life and their receipts; the relay; the clock.

message-in = { $name } · { $life } left
message-out = you · { $life } left · { $state }

state-waiting = not sent yet
state-accepted = at the relay
state-delivered = delivered
state-read = read
state-acknowledged = acknowledged by the person
state-erased = erased there

receipt-accepted = The relay has message { $number }.
receipt-delivered = Message { $number } was delivered.
receipt-read = Message { $number } was read.
receipt-erased = Message { $number } was erased on the other side.

expired-read = A message from { $name } was erased: its time after reading is over.
expired-deadline = A message from { $name } was erased: its time is over.
expired-unseen = A message from { $name } was erased before you saw it: its time was over.
expired-late = A message from { $name } arrived after its time was over. It was not shown.
expired-own-read = Your message { $number } was read, and erased here.
expired-own-deadline = Your message { $number } was erased: its time is over.
expired-own-undelivered = Your message { $number } was never delivered: its time is over. It was erased.

chat-open = With { $name }. Messages live { $life }, and { $after } once they were shown. /help lists the commands.
chat-unverified = { $name } is unverified. Say nothing that only the right person may hear.
chat-duress = { $name } is under duress. Only lines that start with /coercer are sent.
chat-help = Commands
chat-help-help = /help  this list
chat-help-life = /expires 1h  how long your next messages live
chat-help-after = /after-read 30s  how long they stay once they were shown
chat-help-list = /list  the messages that are alive, and what is left of their lives
chat-help-coercer = /coercer TEXT  send a text that a coercer may read
chat-help-clear = /clear  clear the screen
chat-help-quit = /quit  leave; what was not delivered is sent the next time
chat-unknown = There is no command { $command }. /help lists them.
chat-expires = Your next messages live { $life }.
chat-after-read = Your next messages stay { $life } once they were shown.
chat-none-alive = No message is alive.
chat-bye = Left. What was not delivered is sent the next time.

send-text = Message:
send-accepted = ✓ The relay has it. It lives { $life }.
send-delivered = ✓ Delivered.
send-queued = The relay is out of reach. The message is kept and sent the next time, until its time is over.
send-waiting = Waiting until it is delivered…

recv-none = Nothing new.

relay-lost = The relay is out of reach. Trying again in { $seconds } s.
relay-back = The relay is back.
relay-rejected = { $count ->
    [one] One piece that arrived could not be opened and was left out.
   *[other] { $count } pieces that arrived could not be opened and were left out.
}

clock-ahead = This computer's clock is { $life } ahead of the relay's. The relay's is used; please set yours.
clock-behind = This computer's clock is { $life } behind the relay's. The relay's is used; please set yours.

relay-cut = The relay is out of reach. Trying again until it answers.
relay-renewed = The relay began anew. What it lost and you still have is sent again.
relay-no-room = The relay or the mailbox is full. It is tried again until the message's time is over.
chat-duration = A length of time looks like 30s, 5m, 24h or 7d.
