# 附件：照片、语音、文件。提示、错误和选项说明。

file-kind-voice = 语音
file-kind-photo = 照片
file-kind-file = 文件
file-voice = 语音 { $length }，{ $size }
file-photo = 照片，{ $size }
file-file = 文件，{ $size }

file-in = { $name } 发来第 { $number } 号 · 剩余 { $life }
file-item = {"  "}· { $what }
file-in-open = 打开：nightjar open { $name } { $number }
file-progress = { $kind } · { $size } 的 { $percent } % · 每秒 { $rate } · 还需 { $left }
file-fetched = { $name } 的第 { $number } 号已全部收到。
file-damaged = { $name } 的第 { $number } 号的附件 { $item } 与发送者所说的不符。不予显示，其余不受影响。
file-disk = 磁盘不接受第 { $number } 号的附件：{ $detail }。会再试；消息照常接收。
file-lost = 您的消息 { $number } 的附件已不在此磁盘上（{ $detail }），无法发送。
file-rest-out = 中继还没有收到全部。其余部分下次发送，直到期限结束。
file-preparing = 正在准备……

file-listed = {"  "}{ $item } · { $what }
file-listed-partly = {"  "}{ $item } · { $what } · 尚未全部收到
file-listed-damaged = {"  "}{ $item } · { $what } · 已损坏
file-save-hint = 要保存：nightjar open { $name } --save 路径。保存后它以明文留在磁盘上。
file-saved = ✓ 已保存：{ $path }

send-caption = 附言（可以为空）：

failure-files-too-many = 一条消息的附件太多：最多 { $most } 个。
failure-files-too-many-next = 其余的请用另一条消息发送。

failure-file-empty = “{ $name }”是空的。
failure-file-empty-next = 请选择有内容的文件。

failure-file-unreadable = 无法读取“{ $name }”：{ $detail }。
failure-file-unreadable-next = 请检查名称和读取权限。不能发送文件夹和设备。

failure-file-changed = “{ $name }”在读取时被改动。什么也没有发送。
failure-file-changed-next = 等写入它的程序结束后再发送。

failure-file-unknown = 没有来自 { $name } 的这个附件，或者它的期限已过。
failure-file-unknown-next = “nightjar recv”和聊天中的“/list”会说明有什么。

failure-file-incomplete = 尚未全部收到。
failure-file-incomplete-next = 请稍后再试：已收到的会保留，对方上线后其余部分会到。同一消息的其他附件可用 --item 打开。

failure-file-damaged = 附件已损坏：它与发送者所说的不符，或者磁盘丢失了一部分。
failure-file-damaged-next = 请对方重新发送。没有保存任何内容。

failure-save-exists = { $path } 处已有内容，没有改动。
failure-save-exists-next = 请换一个名称。

failure-save-folder = 附件不止一个，而 { $path } 不是文件夹。
failure-save-folder-next = 请指定文件夹，或用 --item 选择一个附件。

failure-save-failed = 无法保存到 { $path }：{ $detail }。
failure-save-failed-next = 那里没有留下任何内容。请腾出空间或换一处，并在期限结束前重新打开。

help-send-photo = 发送这张照片，去掉文件中的地点、时间和相机；可重复
help-send-voice = 发送这段语音（Ogg Opus），去掉标签；可重复
help-send-file = 原样发送这个文件；可重复
help-send-full-size = 发送照片的全部像素

help-recv-no-files = 不收发附件，只收消息

help-open = 打开消息的附件：查看或保存
help-open-contact = 来自谁
help-open-number = 消息的编号；不写则为最早的未打开的一条
help-open-item = 只要其中这一个附件，从 1 起
help-open-save = 以明文保存到这里：新文件或文件夹
help-open-no-picture = 不在终端里画照片
