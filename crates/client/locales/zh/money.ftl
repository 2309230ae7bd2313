# 对话中的提问、本人确认、汇款：提示、帮助、失败。

question-text = 只有 { $name } 能回答的问题：
question-sent = ✓ 已向 { $name } 提问：{ $question } · 剩余 { $life } · 答案可试 { $left } 次
question-waiting = 正在等回答。按 Ctrl-C 可以离开；以后用“nightjar recv”或“nightjar chat”来收。
question-prepared = ✓ 已存好要问 { $name } 的问题：{ $question } · 备好的问题 { $count } 个
question-prepared-next = 按顺序每个只用一次：用于“nightjar ask { $name }”、汇款，以及分批收款时的下一次确认。
question-prepared-used = 用备好的问题：{ $question }
question-in = { $name } 问：{ $question } · 剩余 { $life } · 答案可试 { $left } 次
question-in-next = 回答用：nightjar answer { $name }；对话中用 /answer
question-in-transfer = 等你确认收到的钱时，会问你这个答案。
question-expired = 你和 { $name } 之间的一个问题没有按时得到回答。这个问题不会再问。
question-spent = ✗ 两边的答案不一致，已经没有机会了。这个问题不会再问。
question-answered = 答案已发出。结果用“nightjar recv”或“nightjar chat”查看。

acknowledge-done = ✓ 会告诉 { $name }，你已知悉第 { $number } 条消息。

transfer-note = 附言（一行）：
transfer-note-to = 给 { $name } 的附言（一行）：
transfer-dispute-note = 哪里不对（一行）：
transfer-opened = ✓ 汇款 { $id } · 给 { $to } { $amount } · 经手人 { $via } · 剩余 { $life }
transfer-opened-fee = 手续费：{ $fee }。不告诉 { $to }。
transfer-opened-fee-told = 手续费：{ $fee }。也会告诉 { $to }。
transfer-opened-next = { $via } 会收到付款委托；{ $to } 会收到金额和领取码。有消息时用“nightjar recv”收取。
transfer-claim-code = 家人告诉你的领取码：
transfer-sent = ✓ 中继收下了。

order-in = { $name } 委托：付出 { $amount } · 汇款 { $id } · 剩余 { $life }
order-fee = 你的手续费：{ $fee }
order-next = 拿到钱以后：nightjar transfer funds-received { $id }
order-next-claim = 付钱时问清领取码，然后：nightjar transfer claim { $id }
promise-in = { $name } 给你汇来 { $amount } · 汇款 { $id } · 剩余 { $life }
promise-fee = 送钱人的手续费：{ $fee }
promise-code = 领取码  { $code }
promise-code-rule = 钱拿到手、数清楚之后，再把领取码告诉送钱的人。
promise-next = 然后：nightjar receipt confirm { $id } --amount （实际收到的金额）
promise-next-dispute = 钱没来，或者哪里不对：nightjar receipt dispute { $id }

transfer-funded = 汇款 { $id }：{ $name } 已拿到要付的钱。
transfer-claimed = ✓ 汇款 { $id }：{ $name } 给出的领取码正确。
transfer-claim-wrong = ✗ 汇款 { $id }：{ $name } 给出的领取码不对。{ $left ->
    [0] 已经没有机会了。
   *[other] 还可以试 { $left } 次。
}
transfer-claim-good = ✓ 领取码正确。汇款 { $id } 记为已送到。
transfer-claim-bad = ✗ 汇款 { $id } 的领取码不对。{ $left ->
    [0] 已经没有机会了。
   *[other] 还可以试 { $left } 次。
}
transfer-claim-later = 领取码已发出。对不对，以后用“nightjar transfer show { $id }”查看。
transfer-receipt-verified = ✓ 汇款 { $id }：{ $name } 收到了 { $amount }，已确认是本人。
transfer-receipt-duress = ⚠ 汇款 { $id }：{ $name } 用应急答案说收到了 { $amount }。可能有人在胁迫；这笔不算数。
transfer-receipt-unproved = 汇款 { $id }：{ $name } 说收到了 { $amount }，但没有证明。这笔不算数。
transfer-receipt-mismatch = ✗ 汇款 { $id }：{ $name } 的收款确认答案不对。这笔不算数。{ $left ->
    [0] 已经没有机会了。
   *[other] 还可以试 { $left } 次。
}
transfer-receipt-proved = ✓ 你收到 { $amount } 已得到确认。汇款 { $id }
transfer-receipt-sent = 收到 { $amount } 的确认已发出。结果以后用“nightjar transfer show { $id }”查看。
transfer-receipt-plain = 没有待答的问题：这次确认没有证明，不会被当作本人收款。
transfer-receipt-wrong = ✗ 两边的答案不一致。收款确认没有被接受。{ $left ->
    [0] 已经没有机会了。
   *[other] 还可以试 { $left } 次。
}
transfer-disputed = ⚠ 汇款 { $id }：{ $name } 说哪里不对。
transfer-dispute-sent = 会告诉 { $name }，汇款 { $id } 有问题。
transfer-finished = ✓ 汇款 { $id } 全部完成。
transfer-closed = 汇款 { $id } 已结束，不再接受任何确认。共 { $amount }，已收到 { $received }。
transfer-expired = 汇款 { $id } 已过期，不再接受任何确认。
transfer-expired-sender = 如果钱在 { $via } 手里，请要回来。之前收到的仍然算数。
transfer-expired-broker = 不要再付钱；请和 { $name } 结算。
transfer-expired-family = 这笔汇款不会再有钱来。如果不对，请告诉 { $name }。
transfer-refused = { $name } 那边拒绝了：{ $reason }
transfer-forgotten = 汇款 { $id } 的记录保留期已满，已删除。

refusal-unknown = 那边没有这笔汇款或这个问题
refusal-finished = 这笔汇款已经完成
refusal-expired = 已经过期
refusal-spent = 已经没有机会了
refusal-currency = 币种不一样
refusal-repeated = 之前已经说过
refusal-full = 那边放不下更多了

transfers-none = 没有汇款。
transfer-line = { $id } · { $amount } · { $who } · { $state } · 剩余 { $life }
transfer-line-over = { $id } · { $amount } · { $who } · { $state }
transfer-who-sender = 给 { $to }，经手人 { $via }
transfer-who-broker = { $name } 的委托
transfer-who-family = 来自 { $name }
transfer-state-open = 进行中
transfer-state-short = 还差 { $amount }
transfer-state-finished = 已完成
transfer-state-expired = 已过期
transfer-state-disputed = 有异议
transfer-total = { $name } · 委托 { $ordered } · 已领取 { $claimed } · 已收到 { $received } · 未收到 { $open } { $currency }

show-head = 汇款 { $id } · { $amount } · { $who }
show-life = { $state } · 剩余 { $life }
show-fee = 手续费：{ $fee }
show-ordered = ✓ 已委托 · { $ago } 前
show-funded = ✓ { $via } 已拿到钱 · { $ago } 前
show-funded-own = ✓ 你已拿到钱 · { $ago } 前
show-funded-not = · 钱还没到 { $via } 手里
show-funded-not-own = · 你还没拿到钱
show-claimed = ✓ 已付出：领取码正确
show-claimed-wait = · 正在核对领取码
show-claimed-not = · 还没有领取
show-claimed-wrong = ✗ 领取码错了 { $count } 次 · { $left ->
    [0] 已经没有机会了
   *[other] 还可以试 { $left } 次
}
show-received-not = · 还没收到
show-received = ✓ 已收到 { $received }，共 { $amount }
show-received-short = · 已收到 { $received }，共 { $amount } · 还差 { $open }
show-received-over = ✓ 已收到 { $received }，共 { $amount } · 多了 { $over }
show-receipt = 收款 { $number } · { $amount } · { $proof } · { $ago } 前
show-evidence =   有附件：nightjar open { $name } { $number }
show-evidence-gone =   附件不在这里：还没到，或已消失
show-proof-verified = 已确认本人
show-proof-duress = 受胁迫：不算数
show-proof-unproved = 没有证明：不算数
show-proof-mismatch = 答案不对
show-proof-waiting = 正在路上
show-proof-proved = 已确认
show-proof-refused = 被拒绝：{ $reason }
show-disputed = ⚠ 有异议 · { $ago } 前
show-next = 下一步：{ $next }
show-next-fund = 把钱交给 { $via }；{ $via } 用“nightjar transfer funds-received”确认。
show-next-claim = { $via } 把钱交给 { $to }，{ $to } 再把领取码告诉 { $via }。
show-next-receipt = 等 { $to } 确认收款。
show-next-duress = 就当 { $to } 正受胁迫。不要在消息里提起，从别的途径打听。
show-next-dispute = 和 { $to } 谈谈，也和 { $via } 谈谈。
show-next-short = 问问 { $via }：{ $to } 没有确认的 { $open } 去哪了。
show-next-done = 不用做什么。过一段时间这里会删除。
show-next-expired = 没送到的钱和 { $via } 结算；剩下的另开一笔汇款。
show-next-broker-fund = 拿到钱以后：nightjar transfer funds-received { $id }
show-next-broker-claim = 付钱，问清领取码，然后：nightjar transfer claim { $id }
show-next-broker-spent = 领取码错得太多。和 { $name } 谈谈。
show-next-family = nightjar receipt confirm { $id } --amount （实际收到的金额）
show-next-wait = 等 { $name }。

peers-questions-in = 等你回答的问题 { $count } 个
peers-questions-ready = 备好的问题 { $count } 个
peers-transfers = 进行中的汇款 { $count } 笔

chat-help-ack = /ack [编号]  表示知悉最后一条消息，或这一条
chat-help-answer = /answer  回答对方的问题

usage-answer-typed = 请不要把答案写在命令行上：这台电脑上的其他人看得到，命令历史也会留下来。
usage-claim-typed = 请不要把领取码或附言写在命令行上：这台电脑上的其他人看得到，命令历史也会留下来。

help-ask = 在对话中再问一次：还是同一个人吗？
help-ask-contact = 问谁
help-ask-question = 问题；不写就用备好的下一个
help-ask-prepare = 只存起来以后再问；每个只用一次
help-ask-duress = 再设一个应急答案，对方被迫时用它提醒你
help-ask-answer-fd = 从这个文件描述符读取答案
help-ask-duress-fd = 从这个文件描述符读取应急答案
help-ask-expires = 问题保留多久（默认 24h，最长 7d）
help-ask-no-wait = 不等回答；以后再收也行
help-ask-timeout = 等回答等多久

help-answer = 回答对方的问题
help-answer-contact = 谁的问题
help-answer-answer-fd = 从这个文件描述符读取答案
help-answer-timeout = 等对方等多久（默认 1m）

help-ack = 亲自表示知悉一条消息：比“已送达”“已读”更进一步
help-ack-contact = 谁的消息
help-ack-number = 消息编号；不写就是最后看到的那条

help-transfer = 请经手人把钱付给某人，并查看进展
help-transfer-new = 委托付款：经手人收到委托，家人收到金额和领取码
help-transfer-new-to = 谁收钱；必须是已确认的人
help-transfer-new-via = 谁送钱；不会知道收钱的是谁
help-transfer-new-amount = 金额：只写数字和小数点，如 3000 或 3000.50
help-transfer-new-currency = 币种的三个字母，如 CNY、KRW、USD
help-transfer-new-fee = 给经手人的手续费（同一币种）
help-transfer-new-tell-fee = 手续费也告诉家人
help-transfer-new-ask = 用答案证明是本人收款的问题；不写就用备好的下一个
help-transfer-new-duress = 再设一个应急答案，收款是被迫的就用它提醒你
help-transfer-new-answer-fd = 从这个文件描述符读取答案
help-transfer-new-duress-fd = 从这个文件描述符读取应急答案
help-transfer-new-note = 给收钱的人写一句附言
help-transfer-new-note-fd = 从这个文件描述符读取这句附言
help-transfer-new-via-note = 给送钱的人写一句附言；不要写收钱的是谁
help-transfer-new-via-note-fd = 从这个文件描述符读取给送钱人的附言
help-transfer-new-expires = 汇款保留多久（默认 3d，最长 7d）
help-transfer-list = 列出汇款
help-transfer-list-totals = 按经手人和币种合计：委托、已领取、已收到、未收到
help-transfer-show = 查看汇款走到哪一步，下一步做什么
help-transfer-show-id = 哪一笔；写开头几个字符就行
help-transfer-funds-received = 经手人：表示已拿到要付的钱
help-transfer-funds-received-id = 哪一笔；写开头几个字符就行
help-transfer-claim = 经手人：交上家人告诉你的领取码
help-transfer-claim-id = 哪一笔；写开头几个字符就行
help-transfer-claim-code-stdin = 从标准输入读取领取码
help-transfer-claim-timeout = 等对错结果等多久（默认 1m）

help-receipt = 说明该来的钱怎么样了
help-receipt-confirm = 确认实际收到的金额；用问题的答案证明是你本人
help-receipt-confirm-id = 哪一笔；写开头几个字符就行
help-receipt-confirm-amount = 收到多少；可以是一部分，以后还能再确认
help-receipt-confirm-photo = 收到的钱的照片，会重新处理；可多次使用
help-receipt-confirm-voice = 语音（Ogg Opus）；可多次使用
help-receipt-confirm-answer-fd = 从这个文件描述符读取答案
help-receipt-confirm-note = 写一句附言
help-receipt-confirm-note-fd = 从这个文件描述符读取附言
help-receipt-confirm-timeout = 等对方等多久（默认 1m）
help-receipt-dispute = 表示哪里不对
help-receipt-dispute-id = 哪一笔；写开头几个字符就行
help-receipt-dispute-note-fd = 从这个文件描述符读取哪里不对

place-transfer = 汇款
place-question = 提问

failure-amount = “{ $value }”不是 { $currency } 的金额。
failure-amount-next = 只写数字，需要时加一个小数点：3000 或 3000.50。

failure-currency = 这里没有“{ $value }”这个币种。
failure-currency-next = 请写三个字母，如 CNY、KRW、USD。

failure-transfer-unknown = 这里没有汇款“{ $id }”。
failure-transfer-unknown-next = “nightjar transfer list”列出汇款。至少写开头四个字符。

failure-transfer-ambiguous = 有好几笔汇款以“{ $id }”开头。
failure-transfer-ambiguous-next = 请多写几个字符；“nightjar transfer list”列出汇款。

failure-transfer-role = 汇款 { $id } 的这件事不归你说。
failure-transfer-role-next = 收钱的人确认或提出异议，其余由经手人说。你能做什么，见“nightjar transfer show { $id }”。

failure-transfer-parties = 同一个人不能既送钱又收钱。
failure-transfer-parties-next = 用 --to 写收钱的人，用 --via 写送钱的人。

failure-transfer-finished = 汇款 { $id } 已经完成，不再接受任何确认。
failure-transfer-finished-next = 收到了多少，见“nightjar transfer show { $id }”。

failure-transfer-expired = 汇款 { $id } 已过期，不再接受任何确认。
failure-transfer-expired-next = 汇款的人可以另开一笔。

failure-transfer-refused = 对方那边拒绝了：{ $reason }
failure-transfer-refused-next = 什么都没有算进去。和对方谈谈。

failure-transfer-pending = 汇款 { $id } 上一次发出的内容还没有结果。
failure-transfer-pending-next = 等对方；有消息时用“nightjar recv”收取。

failure-contact-unverified = { $name } 未确认身份。钱只汇给已确认的人。
failure-contact-unverified-next = 先确认对方是谁：nightjar ask { $name }

failure-claim-mistyped = 领取码输错了：校验位对不上。什么都没发出，也没有用掉机会。
failure-claim-mistyped-next = 和家人告诉你的核对一下，再输一次。

failure-claim-wrong = 领取码不对。还可以试 { $left } 次。
failure-claim-wrong-next = 先再问问家人领取码，然后再试。汇款的人会看到这次失败。

failure-claim-spent = 领取码不对，已经没有机会了。
failure-claim-spent-next = 和汇款的人谈谈。

failure-question-none = { $name } 没有等你回答的问题。
failure-question-none-next = 用“nightjar recv”看看有没有新来的。

failure-question-transfer = { $name } 的问题关于汇款 { $id }。
failure-question-transfer-next = 说明收到了多少：nightjar receipt confirm { $id } --amount 金额

failure-question-open = { $name } 还有你的一个问题没有回答。
failure-question-open-next = 等对方回答，或者等它过期。

failure-question-characters = 问题是空的，或者有不能用的字符。
failure-question-characters-next = 请写成一行普通文字。

failure-question-spent = 两边的答案不一致，已经没有机会了。这个问题不会再问。
failure-question-spent-next = 可能是哪一边打错了，也可能是别人。请另问一个问题。

failure-question-expired = 这个问题已经过期。
failure-question-expired-next = 提问的人可以另问一个。

failure-note-long = 附言太长：最多 { $most } 字节。
failure-note-long-next = 请写短一些。

failure-answer-used = 问同一个人的另一个问题用了这个答案。
failure-answer-used-next = 请选一个从没用过的答案：输入过的可能已被记录。

failure-affairs-full = 这里放不下更多的问题或汇款了。
failure-affairs-full-next = 等旧的结束并删除；“nightjar transfer list”列出汇款。

failure-message-unknown = { $name } 没有可以用这个编号表示知悉的消息。
failure-message-unknown-next = “nightjar chat”里的 /list 列出还在的消息。
