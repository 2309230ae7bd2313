# 演示。

demo-title = 这台电脑上有一个中继和两个人。每个进程都是真正的程序，没有一步是装出来的。
demo-step = { $number }/{ $total } { $title }

demo-step-relay = 启动中继
demo-step-invite = 发送方发出带问题的邀请
demo-step-wrong = 家人输入了错的小名
demo-step-right = 家人输入了对的小名
demo-step-messages = 互发消息
demo-step-timer = 发一条只有 8 秒的消息
demo-step-duress = 有人强迫家人作答
demo-step-restart = 中途重启中继
demo-step-saw = 中继看到了什么
demo-step-wipe = 销毁

demo-sender = 发送方
demo-family = 家人
demo-relay = 中继

demo-question = 奶奶以前叫我什么小名？
demo-answer = 꼬맹이
demo-wrong = 강아지
demo-duress = 막내둥이

demo-text-first = 할머니, 저예요. 잘 지내세요?
demo-text-second = We are all well. Do not worry about us.
demo-text-third = 包裹星期五晚上到。
demo-text-timer = 看完就忘掉：蓝色的门。
demo-text-restart = 这句话是中继关着的时候写的。
demo-text-coercer = 我们这里都好，有空来信。

demo-relay-up = 中继在这台电脑的空闲端口上启动了：{ $relay }
demo-invite-made = 邀请 { $code }，剩余 { $life }，只能用一次
demo-mismatch-both = 两边的屏幕都显示：答案不一致，还可以试 { $left } 次。谁打错了，都不说
demo-verified-both = 两边的屏幕都显示：已互相确认
demo-sent = { $from } → { $to }：{ $text }
demo-long = { $from } → { $to }：一段 { $bytes } 字节的文字，分成几份封好
demo-arrived = 收到了，一字不差
demo-timer-shown = 已显示，开始计时：{ $life }
demo-timer-gone = 两边都没有了，中继上也没有了
demo-duress-family = 家人的屏幕：已互相确认
demo-duress-sender = 发送方的屏幕：受胁迫
demo-duress-refused = 没有标明胁迫者可以看到的内容，程序拒绝发送
demo-restart-down = 消息还在等待时，强行关掉了中继
demo-restart-up = 中继回来了，什么都不记得
demo-restart-lost = 丢失的消息：{ $count } 条
demo-saw-frames = { $count } 个帧，全都是 { $bytes } 字节
demo-saw-ids = { $count } 个名字毫无意义的信箱，没有一个人名
demo-saw-left = 留在中继上的：{ $count } 份
demo-saw-text = 在中继的内存里搜索消息中出现过的号码：没有找到
demo-wiped = 两个保险库都销毁了

demo-happened = ✓ 确实如此
demo-failed = ✗ 没有发生：{ $what }
demo-all = ✓ { $total } 步全部完成，用了 { $seconds } 秒。
demo-some = ✗ { $total } 步中有 { $count } 步没有完成。

demo-saw-unsearched = （没有搜索它的内存：这个系统不允许。）
demo-mark = 储物柜 { $number }。
