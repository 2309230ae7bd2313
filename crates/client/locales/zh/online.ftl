# 通往中继的路上发生的事，以及命令等待时说的话。

relay-cut = 连不上中继。会一直重试，直到它应答。
relay-renewed = 中继重新启动了。它丢失而这里还保留的内容会重新发送。
relay-no-room = 中继或信箱已满。在消息到期之前会继续重试。

join-kept-waiting = 答案已发出。用“nightjar recv”查看结果。
invite-chat-next = 下一步：nightjar chat { $name }
invite-name = 你想怎么称呼对方？

chat-duration = 时间写作 30s、5m、24h 或 7d。
usage-no-wait-ephemeral = --no-wait 和 --ephemeral 不能一起用：没有保存的东西以后无法取回。
failure-invite-damaged = 邀请指向的地方有东西，但这个邀请打不开它。
failure-invite-damaged-next = 请对方重新发一个邀请。如果再次发生，可能有人在中间替换它。
failure-message-encoding = 消息不是 UTF-8 文本。
failure-message-encoding-next = 请发送文字。文件将在以后的版本中支持。
failure-demo = 演示中有一步没有发生：{ $step }。
failure-demo-next = 请再运行一次。如果还是失败，请把屏幕上的内容告诉我们。
demo-saw-unsearched = （没有搜索它的内存：这个系统不允许。）
help-dev-relay-stats-every = 每隔多少秒输出一次计数
demo-mark = 储物柜 { $number }。
contact-unnamed = 对方
