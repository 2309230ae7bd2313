# 메시지와 남은 시간, 수신 확인, 중계 서버, 시계.

message-in = { $name } · 남은 시간 { $life }
message-out = 나 · 남은 시간 { $life } · { $state }

state-waiting = 아직 보내지 못함
state-accepted = 중계 서버에 있음
state-delivered = 전달됨
state-read = 읽음
state-acknowledged = 상대방이 확인했다고 알림
state-erased = 상대방 쪽에서 지워짐

receipt-accepted = 중계 서버가 { $number }번 메시지를 받았습니다.
receipt-delivered = { $number }번 메시지가 전달되었습니다.
receipt-read = 상대방이 { $number }번 메시지를 읽었습니다.
receipt-erased = { $number }번 메시지가 상대방 쪽에서 지워졌습니다.

expired-read = 읽은 뒤 시간이 다 되어 { $name } 님의 메시지를 지웠습니다.
expired-deadline = 시간이 다 되어 { $name } 님의 메시지를 지웠습니다.
expired-unseen = 보기 전에 시간이 다 되어 { $name } 님의 메시지를 지웠습니다.
expired-late = { $name } 님의 메시지가 시간이 지난 뒤에 도착해서 보여 드리지 않았습니다.
expired-own-read = 상대방이 읽어서 { $number }번 메시지를 여기서도 지웠습니다.
expired-own-deadline = 시간이 다 되어 { $number }번 메시지를 지웠습니다.
expired-own-undelivered = { $number }번 메시지는 끝내 전달되지 못했습니다. 시간이 다 되어 지웠습니다.

chat-open = { $name } 님과 대화합니다. 메시지는 { $life } 동안, 본 뒤에는 { $after } 동안 남아 있습니다. 명령은 /help
chat-unverified = { $name } 님은 확인되지 않았습니다. 꼭 그 사람만 들어야 할 말은 하지 마세요.
chat-duress = { $name } 님이 강요받고 있습니다. /coercer로 시작하는 줄만 보냅니다.
chat-help = 명령
chat-help-help = /help  이 목록
chat-help-life = /expires 1h  다음 메시지부터 살아 있는 시간
chat-help-after = /after-read 30s  다음 메시지부터 본 뒤에 남아 있는 시간
chat-help-list = /list  살아 있는 메시지와 남은 시간
chat-help-coercer = /coercer 글  강요하는 사람이 읽어도 되는 글을 보냅니다
chat-help-clear = /clear  화면을 지웁니다
chat-help-quit = /quit  나갑니다. 전달되지 못한 것은 다음에 보냅니다
chat-unknown = { $command } 명령은 없습니다. /help로 확인하세요.
chat-expires = 다음 메시지부터 { $life } 동안 살아 있습니다.
chat-after-read = 다음 메시지부터 본 뒤 { $life } 동안 남아 있습니다.
chat-none-alive = 살아 있는 메시지가 없습니다.
chat-bye = 나왔습니다. 전달되지 못한 것은 다음에 보냅니다.

send-text = 메시지:
send-accepted = ✓ 중계 서버가 받았습니다. { $life } 동안 살아 있습니다.
send-delivered = ✓ 전달되었습니다.
send-queued = 중계 서버에 닿지 않습니다. 메시지는 간직했다가 시간이 남아 있으면 다음에 보냅니다.
send-waiting = 전달되기를 기다리는 중…

recv-none = 새로 온 것이 없습니다.

relay-lost = 중계 서버에 닿지 않습니다. { $seconds }초 뒤에 다시 해 봅니다.
relay-back = 중계 서버와 다시 이어졌습니다.
relay-rejected = 도착한 조각 { $count }개를 열 수 없어 버렸습니다.

clock-ahead = 이 컴퓨터의 시계가 중계 서버보다 { $life } 빠릅니다. 중계 서버의 시간을 쓰니, 시계를 맞춰 주세요.
clock-behind = 이 컴퓨터의 시계가 중계 서버보다 { $life } 느립니다. 중계 서버의 시간을 쓰니, 시계를 맞춰 주세요.

relay-cut = 중계 서버에 닿지 않습니다. 답할 때까지 다시 시도합니다.
relay-renewed = 중계 서버가 새로 시작했습니다. 서버가 잃었고 여기에 남아 있는 것은 다시 보냅니다.
relay-no-room = 중계 서버나 우편함이 가득 찼습니다. 메시지의 수명이 다할 때까지 다시 시도합니다.
chat-duration = 시간은 30s, 5m, 24h, 7d처럼 씁니다.
