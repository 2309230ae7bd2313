# Attachments: photos, voice notes, files. What is said of them, what fails, what the options do.

file-kind-voice = voice note
file-kind-photo = photo
file-kind-file = file
file-voice = voice note of { $length }, { $size }
file-photo = photo, { $size }
file-file = file, { $size }

file-in = { $name } sent number { $number } · { $life } left
file-item = {"  "}· { $what }
file-in-open = To open it: nightjar open { $name } { $number }
file-progress = { $kind } · { $percent } % of { $size } · { $rate }/s · { $left } left
file-fetched = All of number { $number } from { $name } is here.
file-damaged = Attachment { $item } of number { $number } from { $name } is not what its sender said it would be. It is not shown; the rest is as it was.
file-disk = The disk does not take an attachment of number { $number }: { $detail }. It is tried again; messages still come.
file-lost = An attachment of your message { $number } is no longer on this disk ({ $detail }). It cannot be sent.
file-rest-out = The relay does not have all of it yet. The rest is sent the next time, until its time is over.
file-preparing = Preparing…

file-listed = {"  "}{ $item } · { $what }
file-listed-partly = {"  "}{ $item } · { $what } · not all of it is here
file-listed-damaged = {"  "}{ $item } · { $what } · damaged
file-save-hint = To keep it: nightjar open { $name } --save PATH. It is then on your disk in clear.
file-saved = ✓ Saved: { $path }

send-caption = Written to it (may be empty):

failure-files-too-many = Too many attachments for one message: at most { $most }.
failure-files-too-many-next = Send the rest with another message.

failure-file-empty = “{ $name }” is empty.
failure-file-empty-next = Choose a file with something in it.

failure-file-unreadable = “{ $name }” cannot be read: { $detail }.
failure-file-unreadable-next = Check the name and whether you may read it. Folders and devices cannot be sent.

failure-file-changed = “{ $name }” was changed while it was read. Nothing was sent.
failure-file-changed-next = Wait until whatever writes to it is done, then send it again.

failure-file-unknown = There is no such attachment from { $name }, or its time is over.
failure-file-unknown-next = “nightjar recv” and “/list” in a chat say what is there.

failure-file-incomplete = Not all of it has come yet.
failure-file-incomplete-next = Try again later: what is here stays, and the rest comes when the other side is there. Other attachments of the message open with --item.

failure-file-damaged = The attachment is damaged: it is not what its sender said it would be, or this disk lost some of it.
failure-file-damaged-next = Ask for it again. Nothing of it was saved.

failure-save-exists = There is something at { $path } already. It was not changed.
failure-save-exists-next = Choose another name.

failure-save-folder = There are several attachments, and { $path } is no folder.
failure-save-folder-next = Name a folder, or choose one attachment with --item.

failure-save-failed = It could not be saved at { $path }: { $detail }.
failure-save-failed-next = Nothing was left there. Make room or choose another place, and open it again before its time is over.

help-send-photo = Send this photo, without the place, the time and the camera that the file names; may be repeated
help-send-voice = Send this voice note (Ogg Opus), without its tags; may be repeated
help-send-file = Send this file as it is; may be repeated
help-send-full-size = Send photos with all their pixels

help-recv-no-files = Do not fetch or send attachments, only messages

help-open = Open what was attached to a message: see it, or save it
help-open-contact = From whom
help-open-number = The message's number; without it the oldest that was not opened
help-open-item = Only this one of its attachments, from 1
help-open-save = Save it there, in clear: a new file, or a folder
help-open-no-picture = Do not draw photos in the terminal
