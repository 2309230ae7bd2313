# 邀请、加入、互相确认。

invite-question = 只有对方能回答的问题（不设就按回车）：
invite-answer = 答案（只有你看得到）：
invite-answer-hint = 大小写、空格和标点没有关系，但字要一样：철수 和 철수야、리순이 和 이순이 是不同的答案。
invite-answer-stored = 会存成：{ $word } · { $count } 个字
invite-answer-confirm = 对吗？（是/否）
invite-duress = 应急答案（只有你看得到）：
invite-duress-hint = 对方被迫作答时就用这个。对方的屏幕上和平常一样，只有你的屏幕会提示。
invite-no-question = 不设问题的话，谁拿到邀请谁就能进来，对方会一直是“未确认”。
invite-making = 正在生成邀请…
invite-code = 邀请号码  { $code }
invite-link = 邀请链接  { $code }
invite-terms = 剩余时间 { $life } · 只能用一次 · 答案可试 { $attempts } 次
invite-terms-open = 剩余时间 { $life } · 只能用一次 · 没有问题
invite-tell = 告诉对方：  nightjar join   → 输入号码
invite-tell-link = 告诉对方：  nightjar join   → 粘贴链接
invite-tell-relay = 对方要用同一个中继：  { $relay }
invite-tell-relay-private = 对方要用同一个中继，还要有它的访问密钥：  { $relay }  链接（--link）里两样都有。
invite-tell-way = 如果答案也得告诉对方，请把号码和答案分两条路传过去。
invite-waiting = 正在等对方。按 Ctrl-C 可以离开；到期之前邀请一直有效。
invite-waiting-ephemeral = 正在等待对方。这里什么都不保存：按 Ctrl-C 离开后，邀请也就没有了。
invite-later = 以后用“nightjar recv”或“nightjar chat”来收对方的回答。
invite-taken = 有人接受了邀请。正在比对答案…

join-code = 邀请号码或链接：
join-code-good = ✓ 输入无误
join-looking = 正在查找邀请…
join-stretching = 正在计算号码…
join-found = 找到了邀请。剩余时间 { $life } · 答案可试 { $attempts } 次
join-question = 对方问：{ $question }
join-no-question = 这个邀请没有问题。邀请你的人是谁，没有得到确认。
join-hangul-hint = 没有韩文键盘？照着键位打英文字母就行（dkssud → 안녕）
join-answer = 答案：
join-answer-once = 在别人的设备上输入的内容可能被记录。同一个答案不要用第二次。
join-hangul = { $typed } → { $word }
join-hangul-confirm = 当作 { $word } 吗？（是；选否就照原样）
join-stored = 会这样比对：{ $word }
join-confirm = 发送这个答案吗？（是/否）
join-waiting = 正在等对方。对方也要在线。
join-ephemeral = 这台电脑上什么都不会保存。
join-kept = 已存进保险库，名字是 { $name }。

proof-verified = ✓ 已互相确认：两边都知道答案。
proof-verified-name = ✓ 已和 { $name } 互相确认：两边都知道答案。
proof-mismatch = ✗ 两边的答案不一致。还可以试 { $left } 次。
proof-mismatch-why = 可能是哪一边打错了，也可能是别人。
invite-contested = 还有别人回应了这个邀请：不止一个人持有它。
invite-contested-next = 只接受了最先来的那个。如果答案不一致，请重新邀请，并换一种方式转交。
proof-mismatch-last = ✗ 两边的答案不一致，已经没有机会了。这个邀请作废了。
proof-duress = ⚠ { $name } 给出了应急答案：可能有人在胁迫。
proof-duress-rule = 对方屏幕上显示的是“已互相确认”。从现在起，只会发送你标明胁迫者可以看到的内容。
proof-unproved = 已连接，但没有确认身份。{ $name } 可能是任何拿到邀请的人。

standing-verified = 已确认
standing-unverified = 未确认
standing-duress = 受胁迫

peers-none = 还没有联系人。用“nightjar invite”或“nightjar join”开始。
peers-line = { $name } · { $standing }
peers-unread = { $count } 条新消息
peers-pending = { $count } 条还没送达
peers-invite = 未用的邀请 · 剩余时间 { $life } · 答案可试 { $attempts } 次

join-kept-waiting = 答案已发出。用“nightjar recv”查看结果。
invite-chat-next = 下一步：nightjar chat { $name }
invite-name = 你想怎么称呼对方？
contact-unnamed = 对方
