# 演示。

demo-title = 这台电脑上有一个中继和四个人。每个进程都是真正的程序，没有一步是装出来的。
demo-step = { $number }/{ $total } { $title }

demo-step-relay = 启动中继
demo-step-invite = 发送方发出带问题的邀请
demo-step-wrong = 家人输入了错的小名
demo-step-right = 家人输入了对的小名
demo-step-messages = 互发消息
demo-step-timer = 发一条只有 8 秒的消息
demo-step-duress = 有人强迫家人作答
demo-step-restart = 中途重启中继
demo-step-people = 父母和中间人加入
demo-step-order = 汇出 3000 元
demo-step-claim = 现金交到手里
demo-step-receipt = 父母确认收到 2100 元，并附照片
demo-step-forced = 有人逼他们确认其余的钱
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
demo-wiped = 所有保险库都已销毁

demo-question-first = 窗边唱歌的是什么鸟？
demo-answer-first = 뻐꾸기
demo-duress-first = 꾀꼬리
demo-question-second = 我们在井边种了什么？
demo-answer-second = 살구나무
demo-duress-second = 복숭아

demo-parents-joined = 父母加入，小名确认无误
demo-broker-joined = 中间人加入，没有被提问，标为“未确认”
demo-order-sent = 发送方 → 中间人：请付 3000.00 CNY。发送方 → 父母：3000.00 CNY、领取码、一个问题
demo-order-broker = 中间人的屏幕：只有委托，没有父母的任何信息。他说钱已收到
demo-order-parents = 父母的屏幕：金额和领取码 { $code }，没有中间人的任何信息
demo-claim-wrong = 中间人给了错误的领取码：计入次数，发送方看得到，还剩 { $left } 次
demo-claim-right = 父母拿到现金后说出的领取码：正确。发送方看得到
demo-photo-made = 一张 { $bytes } 字节的照片，里面写着拍摄地点、时间和相机
demo-photo-cut = 父母确认收到 2100.00 并发送照片；发到一半连接被切断
demo-photo-resumed = 连接恢复：照片从中断处继续，已经送达
demo-photo-clean = 发送方保存的照片：{ $bytes } 字节，没有地点、时间和相机
demo-receipt-verified = 发送方的屏幕：已收到 3000.00 中的 2100.00，已确认本人
demo-forced-parents = 又 900.00，用的是应急答案。父母的屏幕：已确认
demo-forced-sender = 发送方的屏幕：受胁迫，不算数。收到的仍是 3000.00 中的 2100.00

demo-happened = ✓ 确实如此
demo-failed = ✗ 没有发生：{ $what }
demo-all = ✓ { $total } 步全部完成，用了 { $seconds } 秒。
demo-some = ✗ { $total } 步中有 { $count } 步没有完成。

demo-saw-unsearched = （没有搜索它的内存：这个系统不允许。）
demo-mark = 储物柜 { $number }。
