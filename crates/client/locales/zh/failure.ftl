# 失败：发生了什么（failure-代码），接下来怎么办（failure-代码-next）。

failure-where = 位置：{ $place }
failure-next = 接下来：{ $next }

place-command-line = 命令行
place-config = 配置
place-input = 输入
place-output = 输出
place-vault = 这台电脑上的保险库
place-way-to-relay = 这台电脑和中继之间
place-relay = 中继
place-invite = 邀请
place-peer = 对方那边
place-message = 消息
place-file = 文件
place-program = 程序内部

failure-internal = 程序内部出了问题：{ $detail }
failure-internal-next = 请再试一次。如果还是这样，请连同“nightjar doctor”的结果一起告诉我们。

failure-output = 无法输出：{ $detail }
failure-output-next = 请看看输出到了哪里。没能显示的消息在到期之前可以在“nightjar chat”里用 /list 查看。

failure-vault-io = 无法读写保险库：{ $detail }
failure-vault-io-next = 请检查磁盘空间和权限。原来的内容没有受损。

failure-usage = { $what }
failure-usage-next = “nightjar --help”列出命令，“nightjar 命令 --help”列出选项。

failure-config = 无法使用 { $path }：{ $detail }
failure-config-next = 请改正这个文件，或者把它移走，不用配置直接开始。

failure-config-unknown = { $path } 里的“{ $name }”不是已有的设置。
failure-config-unknown-next = 请删掉这一行。可用的设置：relay、lang、expires、after_read、read_receipts

failure-config-meant = { $path } 里的“{ $name }”不是已有的设置。
failure-config-meant-next = 你是想写“{ $meant }”吗？

failure-config-value = 在 { $path } 里，“{ $name }”不能是 { $value }。
failure-config-value-next = 请改正这个值。时间写成 "5m" 或 "24h"，中继写成 "host:port#key"。

failure-no-home = 系统没有给出存放文件的文件夹。
failure-no-home-next = 请用 --home 指定一个文件夹。

failure-relay-missing = 还没有选定中继。
failure-relay-missing-next = 用 --relay host:port#key 或 --relay-file FILE 指定，或者运行“nightjar setup”。

failure-relay-address = “{ $address }”不是中继的地址。
failure-relay-address-next = 地址写成 host:port#key，密钥也是地址的一部分。可以向运营中继的人索取。

failure-relay-file = 无法读取存放中继地址的文件 { $path }：{ $detail }
failure-relay-file-next = 请检查路径。文件里只要一行：运营中继的人给你的地址。

failure-relay-exposed = 中继的访问密钥写在 { $place } 里，这台电脑上的任何程序都能读到。
failure-relay-exposed-next = 请把地址放进只有你能读的文件，用 --relay-file 指定，或者在“nightjar setup”里输入。如果别人也用这台电脑，请告诉运营中继的人，密钥可能已经泄露。

failure-vault-missing = 这里还没有保险库。
failure-vault-missing-next = 请运行“nightjar setup”。不想在这台电脑上留下任何东西，就用 --ephemeral。

failure-vault-exists = { $path } 里已经有保险库了。
failure-vault-exists-next = 可以直接使用，用 --home 换一个文件夹，或者用“nightjar wipe”销毁它。

failure-contact-unknown = 没有叫“{ $name }”的联系人。
failure-contact-unknown-next = “nightjar peers”会列出你的联系人。

failure-contact-exists = 已经有叫“{ $name }”的联系人了。
failure-contact-exists-next = 请用 --name 换一个名字。

failure-invite-mistyped = 邀请输入有误：格式不对，或者校验数字不符。什么都没有发送。
failure-invite-mistyped-next = 请对照原来的号码重新输入。邀请仍然有效。

failure-descriptor = 从文件描述符 { $fd } 没有读到可用的一行。
failure-descriptor-next = 请传入一行 UTF-8 文字。

failure-descriptor-unsupported = 这个系统没有带编号的文件描述符。
failure-descriptor-unsupported-next = 请去掉这个选项，等程序问的时候再输入。

failure-relay-unreachable = 中继 { $relay } 没有回应。
failure-relay-unreachable-next = 请检查网络；“nightjar doctor”会逐步检查。你的邀请和消息都没有受损。

failure-relay-name = 找不到中继 { $relay } 的名字。
failure-relay-name-next = 请检查拼写和网络的域名服务（DNS）；“nightjar doctor”会逐步检查。

failure-relay-lost = 和中继 { $relay } 的连接断了，没能重新连上。
failure-relay-lost-next = 请以后再试。没有送达的会留着，到时候再发。

failure-relay-protocol = 在 { $relay } 回应的似乎不是中继。
failure-relay-protocol-next = 请检查端口，再看看中间有没有什么改动了通信（酒店或公司的网络）。

failure-relay-full = 中继 { $relay } 满了，或者正忙。
failure-relay-full-next = 请过几分钟再试，或者换一个中继。

failure-input-needed = 需要输入，但 --no-input 不让询问：{ $what }
failure-input-needed-next = 请用 --passphrase-fd 或 --answer-fd 之类的选项传入，或者去掉 --no-input。

failure-input-unreadable = 无法读取输入：太长，或者不是 UTF-8 文字。
failure-input-unreadable-next = 请重新输入，或者传入一行 UTF-8 文字。

failure-no-terminal = 需要输入，但没有可以询问的终端：{ $what }
failure-no-terminal-next = 请在终端里运行，或者用 --passphrase-fd 或 --answer-fd 之类的选项传入。

failure-peer-absent = 对方还没有来。
failure-peer-absent-next = 没有出错。请两边同时开着程序，或者以后再试。

failure-not-delivered = 消息在中继上等着；对方没有在这段时间里取走。
failure-not-delivered-next = 不用做什么：只要还没过期，对方一来就会送达。

failure-nothing-arrived = 这段时间里什么都没有收到。
failure-nothing-arrived-next = 请以后再试，或者用 --wait 多等一会儿。

failure-mismatch = 两边的答案不一致。还可以试 { $left } 次。
failure-mismatch-next = 可能是哪一边打错了，也可能是别人。请仔细再试一次。

failure-invite-used = 这个邀请已经被用掉了。
failure-invite-used-next = 如果不是你用的，就是别人拿到了它。请换一条路，向对方要一个新的邀请。

failure-attempts-exhausted = 两边的答案不一致，已经没有机会了。这个邀请作废了。
failure-attempts-exhausted-next = 可能是哪一边打错了，也可能是别人。请重新邀请，也可以换一个问题。

failure-invite-expired = 这个邀请过期了。
failure-invite-expired-next = 请向对方要一个新的；用 --expires 可以让它保留更久。

failure-message-empty = 消息是空的。
failure-message-empty-next = 请输入内容，或者从标准输入传入。

failure-message-long = 消息太长：{ $length } 字节，最多 { $most } 字节。
failure-message-long-next = 请分成几条来发。

failure-question-long = 问题太长：{ $length } 字节，最多 { $most } 字节。
failure-question-long-next = 请写短一点。

failure-answer-length = 这个答案太短或太长。
failure-answer-length-next = 去掉空格和标点，至少要有两个字。请选一个别人猜不到的。

failure-answer-characters = 答案里有不能用的字符。
failure-answer-characters-next = 请只用文字和数字。

failure-answers-alike = 去掉空格、大小写和标点之后，应急答案和真正的答案是一样的。
failure-answers-alike-next = 请选一个明显不同的。

failure-passphrase-weak = 口令太短或太简单。
failure-passphrase-weak-next = 至少要敲 { $least } 个键，不能都是同一个。用四五个互不相干的词就很好，也容易记住。

failure-passphrases-differ = 两次输入的口令不一样。
failure-passphrases-differ-next = 请重新运行“nightjar setup”。什么都没有建立。

failure-contact-name = 不能用这个名字。
failure-contact-name-next = 请用 1 到 32 个看得见的字符，不要以“-”开头。

failure-contact-duress = { $name } 给出的是应急答案。只能发送胁迫者看到也无妨的内容。
failure-contact-duress-next = 请当作有人在旁边看着。如果内容没有问题，就加上 --for-coercer。

failure-declined = 你选择了“否”，什么都没有做。
failure-declined-next = 改变主意的话，请再运行一次。

failure-vault-wrong = 口令打不开保险库，或者文件损坏了。这两种情况分不出来。
failure-vault-wrong-next = 请重新输入；检查大写锁定和输入法。文件没有改动。

failure-vault-in-use = 另一个 nightjar 正开着保险库。
failure-vault-in-use-next = 请先关掉那一个。要同时用两个保险库，请用 --home 分开文件夹。

failure-vault-damaged = 保险库文件损坏了，或者不是保险库。文件没有改动。
failure-vault-damaged-next = 有备份就放回来；没有的话，用“nightjar wipe”销毁，再重新配对。

failure-vault-version = 这个保险库是用更新的版本建立的。
failure-vault-version-next = 请使用那个版本。文件没有改动。

failure-invite-unknown = 中继上没有这个邀请。
failure-invite-unknown-next = 请确认你和对方用的是同一个中继，也看看邀请是不是太旧了。

failure-relay-key = 在 { $relay } 回应的一方，没有这个中继的密钥，或者每次打招呼都被挂断。
failure-relay-key-next = 请不要在这个网络上继续：可能有人夹在中间。如果中继换了密钥，请向信得过的人重新要地址。

failure-relay-refused = { $relay } 的中继没有听懂我们的招呼：它的密钥不同、版本不同，或者它是私有的，需要访问密钥。
failure-relay-refused-next = 请向信得过的人重新要地址，连同访问密钥，放进 --relay-file 的文件或配置文件。夹在中间的人也能这样回应：如果地址没错，请不要在这个网络上继续。

failure-interrupted = 已中断。
failure-interrupted-next = 之前发出的已经发出，其余的没有做。

failure-invite-damaged = 邀请指向的地方有东西，但这个邀请打不开它。
failure-invite-damaged-next = 请对方重新发一个邀请。如果再次发生，可能有人在中间替换它。

failure-message-encoding = 消息不是 UTF-8 文本。
failure-message-encoding-next = 请发送文字，或用 --file 作为文件发送。

failure-demo = 演示中有一步没有发生：{ $step }。
failure-demo-next = 请再运行一次。如果还是失败，请把屏幕上的内容告诉我们。

failure-peer-silent = 很久没有 { $name } 的消息，而发出的消息已经太多。现在每天只能再发一条。
failure-peer-silent-next = 请等 { $name } 读完已经发出的消息。

failure-message-control = 消息里有控制终端的字符。
failure-message-control-next = 请去掉它们。换行和制表符可以保留。

failure-photo-heic = 这张照片是 HEIC 一类的格式（iPhone 等常用），不能发送。
failure-photo-heic-next = 请另存或导出为 JPEG 再发。iPhone 上在“设置”→“相机”→“格式”里选“兼容性最佳”。

failure-photo-format = 这不是可以发送的照片。
failure-photo-format-next = 可以发送 JPEG、PNG、WebP 和 GIF。请另存为 JPEG；如果里面没有会暴露你的内容，也可以当作文档发送。

failure-photo-damaged = 照片损坏了：缺了一部分，或者内容对不上。
failure-photo-damaged-next = 请打开照片，重新存为 JPEG，再发那一张。

failure-photo-too-large = 照片太大：最多 { $most } 百万像素，边长最多 16384 像素。
failure-photo-too-large-next = 请缩小照片，或者只裁出要紧的部分。

failure-photo-slow = 解码这张照片花的时间太长。
failure-photo-slow-next = 请打开照片，重新存为 JPEG，再发那一张。

failure-voice-format = 这不是可以发送的语音：必须是一段 Ogg Opus 录音。
failure-voice-format-next = 请录成或导出为“.ogg”或“.opus”，一到两个声道。

failure-voice-damaged = 语音损坏了：缺了一部分，或者内容对不上。
failure-voice-damaged-next = 请重新录制或导出。

failure-voice-too-long = 语音太长：最多 { $most } 分钟。
failure-voice-too-long-next = 请分成几段来发。

failure-file-too-large = 文件太大：最多 { $most } MB。
failure-file-too-large-next = 请缩小，或者分成几个来发。

failure-file-name = 文件不能用这个名字。
failure-file-name-next = 请用 1 到 255 字节，不要有斜杠和控制字符。
