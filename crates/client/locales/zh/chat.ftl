# 消息、剩余时间、回执；中继；时钟。

message-in = { $name } · 剩余 { $life }
message-out = 我 · 剩余 { $life } · { $state }

state-waiting = 还没发出
state-accepted = 在中继上
state-delivered = 已送达
state-read = 已读
state-acknowledged = 对方已表示知悉
state-erased = 对方那边已删除

receipt-accepted = 中继收下了第 { $number } 条消息。
receipt-delivered = 第 { $number } 条消息已送达。
receipt-read = 对方读了第 { $number } 条消息。
receipt-erased = 第 { $number } 条消息在对方那边已删除。

expired-read = { $name } 的一条消息读后到时，已删除。
expired-deadline = { $name } 的一条消息到期，已删除。
expired-unseen = { $name } 的一条消息你还没看就到期了，已删除。
expired-late = { $name } 的一条消息过期之后才到，没有显示。
expired-own-read = 第 { $number } 条消息对方已读，这里也删除了。
expired-own-deadline = 第 { $number } 条消息到期，已删除。
expired-own-undelivered = 第 { $number } 条消息一直没有送达，现已到期删除。

chat-open = 正在和 { $name } 对话。消息保留 { $life }，看到之后再保留 { $after }。输入 /help 查看命令。
chat-unverified = { $name } 未确认身份。只能让本人听到的话，请不要说。
chat-duress = { $name } 正受胁迫。只会发送以 /coercer 开头的行。
chat-help = 命令
chat-help-help = /help  显示这份列表
chat-help-life = /expires 1h  之后的消息保留多久
chat-help-after = /after-read 30s  之后的消息看到以后再保留多久
chat-help-list = /list  还没消失的消息和剩余时间
chat-help-coercer = /coercer 内容  发送胁迫者看到也无妨的话
chat-help-clear = /clear  清屏
chat-help-quit = /quit  离开；没送达的下次再发
chat-unknown = 没有 { $command } 这个命令。输入 /help 查看。
chat-expires = 之后的消息保留 { $life }。
chat-after-read = 之后的消息看到以后再保留 { $life }。
chat-none-alive = 没有还在的消息。
chat-bye = 已离开。没送达的下次再发。

send-text = 消息：
send-accepted = ✓ 中继收下了。保留 { $life }。
send-delivered = ✓ 已送达。
send-queued = 连不上中继。消息会留着，只要没过期，下次再发。
send-waiting = 正在等待送达…

recv-none = 没有新消息。

relay-lost = 连不上中继。{ $seconds } 秒后再试。
relay-back = 又连上中继了。
relay-rejected = 收到的 { $count } 份打不开，已忽略。

clock-ahead = 这台电脑的时钟比中继快 { $life }。现在以中继的时间为准，请校准时钟。
clock-behind = 这台电脑的时钟比中继慢 { $life }。现在以中继的时间为准，请校准时钟。

relay-cut = 连不上中继。会一直重试，直到它应答。
relay-renewed = 中继重新启动了。它丢失而这里还保留的内容会重新发送。
relay-no-room = 中继或信箱已满。在消息到期之前会继续重试。
chat-duration = 时间写作 30s、5m、24h 或 7d。
