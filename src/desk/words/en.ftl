# What the desk says, in English. An error says its cause, then what to do.

## The TSK
cert-malformed = This is not an OpenPGP cert that can be used here. Export it again.
cert-secret = This holds a secret key. Export the cert alone, and treat the key as seen by others.
cert-no-secret = This holds no secret key. Choose the file with your TSK.
cert-unusable = The cert has expired, is revoked, or has no keys to sign and encrypt. Renew it.
cert-passphrase = The passphrase does not fit. Type it again; look at the keyboard layout and Caps Lock.
cert-failed = The TSK could not be made: the machine's memory or randomness failed. Close other programs and try again.
key-name = The name is empty, longer than 100 characters, or holds characters such as < or @. Write the name as people say it.
key-short = The passphrase has fewer than { $least } characters. Use six random words, for instance.
key-differs = The two passphrases differ. Type the same one twice.
drill-another = The backup opens, but it is another TSK than the newest one here: { $user }, { $fingerprint }. Choose another one, or make a new one.
drill-incomplete = The backup opens, but something is missing in it, or differs from your TSK. Make a new one.
key-not-classic = GnuPG cannot use this TSK: it is post-quantum. Only a classic one can be exported for GnuPG.

## The book
book-in-use = Another sluss-desk has this book open. Close it first.
book-no-key = There is no TSK in the book. Make one or load one.
book-ring = The keys of what lies in the desk's folder are damaged or missing, so that nothing in it can be opened. Close the desk and put back a whole copy of the folder.
book-key-exists = There is a TSK in the book already. Choose another folder with --book for another one.
book-key-pending = There is a renewed TSK in the book already, which no roster names yet. Let the next roster name it first.
book-no-roster = There is no roster in the book. Take the signed roster into use first.
desk-not-in-roster = Your cert is not in the roster. Ask the people who sign the roster to add it, or open the right book.
day-unbelievable = This machine's clock shows a day before 1970 or after 2100. Set the clock.

## Files and disks
io-not-found = «{ $what }»: there is no such file or folder. Look at how the path is spelled, and whether the stick is plugged in.
io-permission = «{ $what }»: this user may not read or write there. Choose another place.
io-full = «{ $what }»: the disk is full. Make room, then try again.
io-exists = «{ $what }»: a file is there already, and nothing is overwritten. Choose another name.
io-folder = «{ $what }»: this is a folder. Choose a file.
io-read-only = «{ $what }»: the stick or disk is write-protected. Move its switch, or take another.
io-text = «{ $what }»: this is not a text file of the kind that belongs here. Choose another file.
io-other = «{ $what }»: reading or writing failed ({ $why }). Try again, with another stick if it goes on.
io-book = the book

## Bundles and sealed things
open-not-for-us = It is sealed to somebody else. Fetch the bundle that was made for you.
open-damaged = It is damaged, cut short, or not a bundle at all. Copy it to the stick again.
open-unsigned = Nobody signed it, so it does not come from the drop. Fetch it again, and tell the operator.
open-foreign-signer = It is signed by somebody who is not in the roster in use here. Take the newest roster into use; if it stays so, tell the operator.
open-not-addressed = It was signed for somebody else and passed on. Fetch the bundle that was made for you.
open-format = What it holds does not follow the format. Fetch it again; if it stays so, tell the operator.
open-other-drop = It belongs to another drop. Open it with that drop's book.
open-newer = It was made by a newer version. Update this program.
seal-too-large = It is too large to be sealed. Shorten it.
seal-failed = Sealing failed in the crypto library. Start the desk again and try once more.
exchange-nothing-to-share = There is no note that this colleague may read. Note something in a case first.
exchange-no-colleague = No colleague in the roster has this name. Choose somebody other than yourself.
exchange-stopped = Stopped. What had been opened is kept. Open the bundle again, and the rest comes in.
exchange-nothing = There is nothing to send: the drop has everything. Make a return bundle when you have written or opened something.

## Rosters
roster-malformed = This is not a roster that this version can read. Fetch the file again, or update this program.
roster-name = The name «{ $name }» is used twice, is unknown or reserved, or holds other characters than a–z, 0–9 and -. Change it.
roster-recipients = «{ $name }» needs two to sixteen recipients, exactly one of them a reserve. Change its list.
roster-deadlines = «{ $name }» promises an answer later than the law allows. Write 1 to 7 days and 1 to 3 months.
roster-earlier = «{ $name }» is said to hold an earlier cert that was never theirs. Do not sign this roster, and ask who drew it up.
roster-cert = The cert of «{ $name }» cannot be used. { $why }
roster-shared-cert = «{ $name }» has somebody else's cert. Each person needs their own.
roster-frozen = The salt, the derivation and the birthday may never change, since every codename depends on them. Start from the previous roster and the drop's own card.
roster-broken = The chain of editions is broken. Fetch the roster from somebody who signed it.
roster-signatures = Edition { $version } has { $have } of the { $need } signatures it needs. Let others sign it.
roster-rollback = It is older than the roster in use, or belongs to another drop. Fetch the newest one.
roster-demo = It is a roster for trying out. Real reports must not be sealed to it.
roster-no-card = A first roster needs the drop's card. Add --drop with the file drop.json from the drop's folder keys.
roster-card = This is not a drop's card. Choose the file drop.json from the drop's folder keys.
roster-description = The description cannot be read: { $why } Correct that line; «sluss-desk --help» shows an example.
roster-foreign = It does not continue the roster in use at this desk. Ask who drew it up, and sign nothing that you cannot explain.
roster-no-gain = Your signature is there already, or is not one of those that this edition needs. Pass the file on to the others.
roster-not-in-it = Your cert is not in this roster. Ask for an edition that has it.

## Cases and letters
case-unknown = No case has this number. Look in the list of cases.
case-several = Several cases' numbers begin like this. Write more of the number.
reply-empty = The letter is empty. Write its text.
reply-settled = The letter can no longer be changed or taken back: a return bundle has it, a newer one follows it, or it is gone. Write a new one.
reply-too-long = The letter is { $over } bytes too long. Shorten it, or write two letters.
template-too-long = The template is { $over } bytes too long for a letter. Shorten it.
note-empty = The note has no text. Write what is worth remembering, or the reason.
note-too-long = The note is { $over } bytes too long. Shorten it, or write two.
note-not-a-reader = That person may not read the case. Choose somebody else.
note-not-done = The case is still open, so it cannot be archived or erased. Close it, or mark it as junk, and then decide.
junk-none-chosen = No case was ticked, so nothing was marked. Tick the cases that are meant.
junk-no-reason = There is no reason, so nothing was marked. Write one: it is noted in every case.
junk-cut = { $marked } of { $all } cases were marked, then the desk failed: { $why }
junk-touched = somebody has written or noted something in it. Look at it, and note «Junk» in the case itself.
junk-not-hidden = it is not hidden.
junk-stopped = the work was stopped. Mark it again.
erase-undecided = No decision says that the case is archived or erased, or the source has written since, or the case was opened again. Nothing was erased. Note a decision first.
erase-letter-under-way = A letter in this case may not have reached the drop yet. Nothing was erased. Make a return bundle, open the drop's next bundle, and then erase; or take the letter back.
erase-inbox-under-way = The drop may not have this oral report and its inbox yet. Nothing was erased: the report would be lost to its other readers, and the codename would open nothing. Make a return bundle, open the drop's next bundle, and then erase.
save-no-file = The case has no such file. Look in the list of its files.
save-several = Several messages of the case have a file of this name. Write the message's number before it, as in 2/name.
file-kind = begins as { $kind } does
file-kind-unknown = of no kind that is known here
tells-author = Author
tells-editor = Last changed by
tells-organisation = Organisation
tells-created = Created
tells-changed = Changed
tells-program = Program
tells-device = Camera, telephone, computer or printer
tells-serial-number = Serial number
tells-place = Place
tells-path = Lay on a computer under
tells-title = Title
tells-comment = Comment
tells-tracked-change = Tracked change by
tells-editing-session = Marks of the sittings in which it was written
tells-identifier = A number that only it and its copies have
tells-thumbnail = Small picture
tells-earlier-revision = Earlier state
tells-embedded-file = File in the file
tells-leftover = Unused bytes
tells-other = Something else
remains-text = what the text says, and how it is written
remains-pictures = what the pictures show, and the noise that gives a camera or a printer away
remains-picture-metadata = pictures, films or sounds whose own metadata nobody has looked at
remains-colour-profile = a colour profile, which may name a screen
remains-tracked-changes = the text of tracked changes, what was deleted too
remains-comments = the text of comments
remains-embedded = other files in it
remains-macros = macros
remains-links = links
remains-forms = what was filled in on a form
remains-hidden = hidden sheets, pictures, layers or texts
clean-remains = Still in the copy: { $what }. Read it through before you show it to anybody.
clean-not-this-kind = The file is neither a JPEG picture, a PDF nor an office document (docx, xlsx, pptx). The desk cannot see what it gives away: show it to nobody outside the investigation.
clean-protected = The file is protected with a password, so that the desk cannot look into it. Ask the source in a letter.
clean-too-large = The file is too large, or unpacks to more than the desk looks through. Show it to nobody outside the investigation.
clean-malformed = The file is damaged, or not built as its kind should be. The desk makes no copy of it: show it to nobody outside the investigation.
clean-not-clean = The copy would still have given something away, so it was not saved. Show the file to nobody outside the investigation.
caution-runs = Careful: it is a program, or something else that a computer runs or follows.
caution-disguised = Careful: it is something else than its name says.
caution-two-endings = Careful: its name has two endings. Only the last one counts.
caution-two-kinds = Careful: it can be read as two kinds of file, and one of them may be hidden.
caution-macros = Careful: it holds macros. Open it only in a program that runs none.
caution-scripts = Careful: it may run scripts or start something when it is opened.
caution-holds = Other files lie in it. Nobody has looked at them.
caution-fetches = It names addresses on the network. Whoever is there may learn that it was opened, so open it without network.
aside-other-drop = it names another drop
aside-other-cert = it carries another cert than the source's first message
aside-other-organisation = it names another organisation than the source's first message
aside-no-case = it belongs to a case of which nothing else is here
aside-not-a-reader = it was written by somebody who may not read the case
aside-unreadable = it cannot be opened, or is not what it says
law-sweden = Swedish
law-tyrol = Tyrolean
law-germany = German
law-spain = Spanish
law-finland = Finnish
law-france = French
law-italy = Italian
roster-law = Answers by { $law } law: personal data are kept for { $months } months at the most after a case was closed.
roster-working-days = Only working days count towards the acknowledgement.
oral-empty = Nothing is written down. Write what was told.
oral-too-long = The text is { $over } bytes too long. Shorten it, or put the rest into a note in the case.
oral-no-way = It is not said how it was told. Choose one of the answers.
oral-no-day = The day is missing, lies ahead, or comes before the drop's first day. Write it like 2026-11-30.
oral-no-organisation = The organisation is not in the roster. Choose another.
oral-closed = The organisation has fewer than two recipients whose keys can be used. Make a new roster before you register the report; keep it on paper until then.
oral-too-few = Fewer than two recipients would remain. Let one of them read it, or hand the report to another channel.
oral-not-a-reader = You do not receive this organisation's reports. Let somebody who does register it.
oral-no-memory = The computer has too little memory to work out keys from the codename. Close other programs and try again.
note-approved = The source approves what is written down
note-disputed = The source does not approve what is written down
note-remark = Note
note-tags = Tags
note-within = Within the channel's scope
note-outside = Outside the channel's scope
note-impartial = No conflict of interest
note-partial = Conflict of interest
note-assigned = Handled by { $name }
note-disclosure = Disclosure of the source's identity
note-closed = Decision to close
note-reopened = Decision to reopen
note-junk = Junk
note-no-junk = Not junk
note-kept-on = Kept for now
note-archived = Archived
note-erased = To be erased
mark-organisation = [organisation]
mark-received = [received]
mark-feedback = [feedback by]
template-acknowledgement =
    Thank you for your report about [organisation]. It was received on [received].

    We read it and decide how to go on. You will hear here what is done, and why, by [feedback by] at the latest. We may have questions before that: look in here about once a week.
template-question =
    Thank you for your report about [organisation]. To go on we need to know:

    1.

    Answer only what you can answer safely. Write nothing that shows who you are, unless you want us to know.
template-feedback =
    You reported on [received] about [organisation]. This is what has been done, and why:



    What happens next:



    Write here if something is wrong, or if you know more.
template-closing =
    The case that you reported on [received] about [organisation] is closed. This is what came of it, and why:



    You can still write here. If you are not content, you can also report to the authority that is responsible.
skip-thread-gone = the source's inbox has been erased
skip-not-addressee = you are not, or no longer, among those who may answer this source
skip-number-taken = another letter of yours already has its number. Change the letter and sign it again; it then gets a new number

## What a source sealed themselves
nested-secret-key = This is a secret key, no message. Pass it on to nobody: write to the source that others have seen the key, and that it has to be replaced.
nested-not-sealed = This is no sealed OpenPGP message. It may be a cert, a signature or something else. Save the file as it is.
nested-not-for-us = This is sealed to somebody else, or with a password, and none of your keys opens it. Ask those who read this case too, or ask the source to seal it to your cert.
nested-unusual = This is sealed in a way that the desk does not open: in several layers, or by a method that few programs have. Save it as it is and open it with an OpenPGP program on a machine without network, or ask the source to seal it the usual way.
nested-damaged = This was changed, cut short or damaged, so nothing of it is shown or saved. Ask the source to seal it and send it once more.
nested-too-large = This would become more than { $most } bytes when unpacked, so nothing of it is saved. Ask the source to split it.
nested-again = It holds another sealed message. The desk opens one layer only: save it as a file and open it with an OpenPGP program on a machine without network.
nested-long = The text is longer than { $most } bytes, so it is not shown here. Save it as a file.
nested-no-text = What it holds is no text. Save it as a file.
voucher-unsigned = It is not signed. That it came with the source's message is all that is known of who wrote it.
voucher-stranger = It is signed, but nobody vouches for the signature: it is not by the source's cert.
voucher-source = It is signed by the source's cert.

## Commands
usage-none = There is no such command or option: { $what }. «sluss-desk --help» lists them.
usage-missing = Something is missing after «{ $what }». «sluss-desk --help» shows what.
usage-wrong = This cannot be used here: { $what }. «sluss-desk --help» shows what can.
usage-passphrase = This needs your passphrase. Add --passphrase-file FILE, or --passphrase-file - to type it on standard input.
cli-key = Your fingerprint: { $fingerprint } ({ $kind })
cli-written = Written: { $file }
cli-roster-head = Roster { $version } of { $day }, digest { $digest }
cli-roster-signatures = Signatures: { $have } of { $need }
cli-roster-complete = It has all its signatures and can be taken into use.
cli-roster-look = Nothing is signed yet. Compare the fingerprints by telephone, then add --yes.
cli-roster-used = In use at this desk from now on.
cli-person = { $id }: { $name }, { $firm }, { $role }, { $kind }
cli-organisation = { $id }: { $name }; read by { $recipients }
cli-no-cases = There are no cases.
cli-letter-written = Written. It leaves with the next return bundle.
cli-sealed = The source sealed «{ $name }» themselves. «sluss-desk save --unseal» opens it.
cli-open-page = The page is at the address above; it works once. Ctrl-C ends the desk.
browser-no-memory = No folder here lies in memory, so no browser was opened: it would write onto the disk. Open the address in a private window of a browser.
browser-not-opened = No browser was opened ({ $why }). Open the address in a private window of a browser.
face-no-port = The page cannot listen on 127.0.0.1:{ $port } ({ $why }). Choose another port, or none.
face-not-confined = The desk cannot give up the network and other programs: { $why }. Run it on a kernel with seccomp, as Debian's is; nothing was opened.

## Words
fingerprint-words = The { $count } words of the fingerprint: { $words }
kind-post-quantum = post-quantum
kind-classic = classic
role-investigator = investigator
role-reserve = reserve
state-new = new
state-open = open
state-closed = closed
letter-acknowledgement = Acknowledgement
letter-question = Question
letter-feedback = Feedback
letter-closing = Closing letter
letter-theirs = from the drop
letter-waiting = waits for the next return bundle
letter-carried = in a return bundle; the drop has not confirmed it yet
letter-delivered = handed to the drop, which confirmed it on { $day }
letter-again = handed to the drop, which confirmed it on { $day } and was restored since; it goes out once more
letter-skipped = not delivered: { $why }
submission-report = Report
submission-message = Message { $number }
next-acknowledge = acknowledge by { $day }
next-feedback = give feedback by { $day }
next-decide = keep, archive or erase: decide by { $day }
next-erase = erase it, as was decided on { $day }
next-none = nothing due
next-written = { $step }: written, { $where }
due-over = { $days ->
    [one] one day late
   *[other] { $days } days late
 }
due-left = { $days ->
    [0] today
    [one] one day left
   *[other] { $days } days left
 }

## What came and what goes
intake-head = Bundle { $number } of { $day } has been taken in. The stick can be pulled now.
intake-new = New reports and messages: { $new }. Already here: { $known }. New letters by others: { $letters }.
intake-more = The drop made one more bundle at the same time. Open that one too.
intake-missing = These earlier bundles were never opened here: { $numbers }. Ask for them to be made again if their sticks are lost.
intake-restored = The drop's store was restored from a backup. Receipts and letters go out once more with the next return bundle.
intake-newer-roster = The drop uses a newer roster than this desk. Ask a colleague for it and take it into use.
intake-clock = The bundle is dated after today by this machine's clock ({ $today }). Set the clock if it is wrong: the due days depend on it.
intake-done = The drop has received { $count ->
    [one] one return bundle.
   *[other] { $count } return bundles.
 }
intake-skipped = The letter { $digest } was not delivered: { $why }.
intake-refused = { $digest } was set aside: { $why }. It is kept, and the drop keeps it too. Tell the operator.
made-head = The return bundle lies in { $file }. The stick can be pulled now.
heard-head = The notes from { $name } have been taken in. The stick can be pulled now.
heard-what = New: { $new }. Already here: { $known }.
heard-closed = { $count ->
    [one] One note cannot be opened here: it was written before you could read the case.
   *[other] { $count } notes cannot be opened here: they were written before you could read the cases.
 }
shared-head = The bundle for { $name } is in { $file }. The stick can be pulled now.
shared-what = { $notes ->
    [one] It holds one note. Only { $name } can open it.
   *[other] It holds { $notes } notes. Only { $name } can open it.
 }
parcel = { $letters ->
    [one] one letter
   *[other] { $letters } letters
 }, { $receipts ->
    [one] one receipt
   *[other] { $receipts } receipts
 } and { $numbers ->
    [one] one confirmation of a bundle
   *[other] { $numbers } confirmations of bundles
 }
made-what = It carries { $parcel }.
made-inboxes = { $count ->
    [one] It opens an inbox for somebody who told their report.
   *[other] It opens { $count } inboxes for people who told their reports.
 }
made-roster = It carries the roster too.
saved-head = Saved, { $size } bytes, unsealed, in { $file }. Open it on no machine that has other work, and erase it when you are done.

## The case file
casefile-site = Case file
casefile-of = As it was on { $day }.
casefile-guide = How to verify this case file. Open a terminal in the folder in which this file lies.
casefile-sums = Nothing was changed or taken out by accident since the file was made, if every line ends with "OK". Whoever changes something on purpose can make the list anew as well: against that only the signatures below help.
casefile-chain = Each letter and note was signed together with the digests of what its writer had read ("seen") and of their own piece before ("previous"). Those digests stand in the same list beside the sealed pieces; one that is missing there belongs to a piece that was taken out. A letter names no notes, and none more than 150 pieces.
casefile-writers = Who wrote the letters and notes:
casefile-good = GnuPG must answer "Good signature" each time. It also warns that nobody certifies the key: compare the fingerprint with one that you have from elsewhere, such as the organisation's page.
casefile-source = From their second message on a source signs. sqv must answer with a fingerprint each time, always the same:
casefile-members = The digests of the text, the cert and the files must be those in { $manifest } beside them.
casefile-page = { $page } is there to be read, and nobody signed it: what counts is the text that gpg prints of letters and notes, and the source's text, cert and files with the right digests. Compare them with the page.

## The page
site = Sluss desk
skip = To the content
lang-other = Svenska
demo-banner = This roster is for trying out. Real reports do not belong here.
footer = The desk touches no network. It locks itself after ten minutes without a click, and ends when its window is closed.
back = Back
nav-today = Today
nav-cases = Cases
nav-exchange = In and out
nav-register = Register
nav-roster = Roster
nav-key = Your TSK
lock = Lock
done = Done.
trouble = That did not work.
note = Note.
form-old = This form is from before the desk was started, or from another page. What you wrote is still here: look at it and send it once more.
form-damaged = The form did not arrive whole. Go back and send it again.
form-long = The text is far too long to be read. Go back and shorten it.

door-title = This page is closed
door-used = Its address works once, in the browser that opened it first. End sluss-desk and start it again for a new address.
door-foreign = Another page led here, or the address is not the desk's own. Open the address that sluss-desk printed.
lost-title = There is no such page
lost = The link is old or mistyped. Go back to the cases.
failed-title = The page could not be made
failed = It is too long to be shown, or the desk failed. Go back; if it happens again, use «sluss-desk show» in a terminal.

unlock-title = Unlock the desk
unlock-who = TSK: { $fingerprint }
passphrase = Passphrase
unlock = Unlock
unlock-hint = It takes a few seconds: that is what makes guessing slow.
locked-back = What somebody had begun to write here can be seen by going back until the browser is closed. Close it when you leave.

start-title = Your TSK
start-lead = A TSK is your cert together with its secret keys: it opens what is sealed to you and signs what you write. This desk has none yet. Make one, or load one that you have. It lies in the book, locked by your passphrase. If it or the passphrase is lost, only the reserve can open your cases.
make-title = Make a TSK
name = Your name
name-hint = As it is to stand in the roster.
kind = Kind
kind-post-quantum-hint = Post-quantum (advised): what is sealed to it withstands a quantum computer, as far as anybody knows.
kind-classic-hint = Classic: GnuPG opens what is sealed to it too, but a quantum computer might one day.
passphrase-hint = At least { $least } characters; six random words are good. Nobody can restore it.
passphrase-again = The passphrase once more
make = Make the TSK
load-title = Load a TSK
load-hint = A file with a TSK that is locked by a passphrase: a backup, or one exported from GnuPG.
backup-text = Or the text on the paper
backup-text-hint = Scan the codes in order with a scanner that plugs in as a keyboard, or type the lines. Then no path is needed.
path-file = Path of the file
load = Load the TSK

key-title = Your TSK
key-fingerprint = Fingerprint
key-user = User id
key-expires = Can be used until
key-compare = Read the fingerprint to the others over the telephone before they put your cert into a roster.
words-hint = The words of a fingerprint say the same as its digits, and are easier to read out. They are alike for both of you when both pages are in the same language. They are no codename, and not secret.
renew-title = Renew
renew-hint = Makes a new key under the same passphrase. Export its cert and let the next roster name it: then it comes into use. The old key goes on opening what was sealed to it.
renew = Make a new key
renewed = The new key lies in the book. Export its cert for the next roster.
key-pending = Renewed, in no roster yet
cert-title = Export your cert
cert-hint = Others need it for the roster. It is not secret.
path-to = Folder, or path of a new file
export = Export
key-drilled = Backup last tried
key-never-drilled = never
backup-title = Make a backup
backup-hint = The backup is your TSK as it lies in the book, locked by the passphrase alone: whoever has both can read and write in your name. Lock it away, and keep the passphrase elsewhere. Cases are not in it: make copies of the desk's whole folder too.
backup-paper = Print on paper
drill-title = Try the backup
drill-hint = The desk reads the backup, opens it with the passphrase and compares it with your TSK. No key is changed. Do it when the backup is new, then once a year.
drill-file-hint = The file on the stick with the backup.
drill = Try it
drilled = The backup opens and is whole. It is your newest TSK.
paper-title = Your TSK on paper
paper-hint = This is a TSK, locked by its passphrase alone. Never write the passphrase on this paper, and keep it elsewhere: whoever has both can read and write in the owner's name.
paper-print = Print from the browser's menu, on a printer that hangs on a cable and not on a network. The printer may remember what it printed.
paper-use = How to use the paper
paper-use-hint = Start sluss-desk with an empty book, and choose to load a TSK. Scan the codes in order, or type the lines, and type the passphrase. Then compare the fingerprint. Try the paper in the same way on the page Your TSK.
paper-codes = Codes
paper-code = Code { $number } of { $count }
paper-text = The same as text
gpg-title = Export your TSK for GnuPG
gpg-hint = For opening reports with gpg and unzip when this program cannot be used. The file is locked by the same passphrase.
exported = Exported to { $file }.

today-title = Today
today-late = Late
today-today = Today at the latest
today-week = Within a week
today-month = Within a month
today-unanswered = The source waits for an answer
today-under-way = Written, on its way to the drop
today-told = Feedback given, may be closed
today-nothing = Nothing needs to be done within a month.
today-more = And { $count } more: see all cases.
today-all = All cases
today-never-drilled = No backup of your TSK was ever tried here. If the only one is lost, only the reserve can open your cases.
today-drill = Make and try a backup
ending-own = Your cert can be used until { $day }. Renew your TSK on the page Your TSK, and let the next roster name the new cert.
ending-person = The cert of { $name } can be used until { $day }. Ask for a new one, and let the next roster name it.
ending-drop = The drop's cert can be used until { $day }. Tell the operator: a new one takes a new drop.

cases-title = Cases
cases-today = Today is { $day } by this machine's clock.
cases-none = There are no cases yet. Open a bundle.
cases-none-left = No case is left to show: all are hidden as junk or were erased.
cases-no-roster = There is no roster yet: open a roster that everybody has signed and take it into use.
cases-newest = The newest bundle is of { $day }.
cases-stale = The newest bundle is of { $day }, { $days } days ago. Fetch a new one: reports may be waiting, and nobody is told from outside.
cases-unsent = Waits for a return bundle, or for the drop to confirm it: { $parcel }.
cases-set-aside = { $count ->
    [one] One thing was set aside because it contradicts what is known, or cannot be opened:
   *[other] { $count } things were set aside because they contradict what is known, or cannot be opened:
 }
column-case = Case
column-organisation = Organisation
column-state = State
column-next = Next
column-received = Received
unanswered = not answered
urgent = somebody is in danger
page-number = Page { $page } of { $pages }
page-earlier = Previous page
page-later = Next page

column-handler = Handled by
cases-junk = { $count ->
    [one] One case is hidden as junk
   *[other] { $count } cases are hidden as junk
 }
cases-junk-title = Hidden cases
cases-junk-none = No case is hidden as junk.
column-tick = Tick
mark-junk-what = Many cases can be marked as junk at once: tick them and give one reason. There is no box where somebody has written a letter or a note; those cases are marked one by one.
mark-shown-what = Many cases can be shown again at once: tick them and give one reason.
mark-go = To the reason
mark-reason = Reason
mark-reason-hint = You sign it as a note in each ticked case.
mark-junk = Mark as junk
mark-shown = Not junk: show again
mark-all = Tick all in the list
mark-all-hint = A list then has up to { $most } cases. Those are left unticked in which somebody is said to be in danger, whose source has written more than once, or of whose text the list shows nothing. Look the others through before you go on.
marked-junk = { $count ->
    [one] One case is hidden as junk.
   *[other] { $count } cases are hidden as junk.
 }
marked-undo = Nothing was deleted. To undo it, tick them among the hidden cases, or note «Not junk» in a case.
marked-shown = { $count ->
    [one] One case is shown again.
   *[other] { $count } cases are shown again.
 }
marked-left = { $count ->
    [one] One case was left as it was ({ $numbers }): { $why }
   *[other] { $count } cases were left as they were ({ $numbers }): { $why }
 }
search-title = Find cases
search-words = Words to look for
search-hint = Cases are found in which every word stands: in reports, letters, notes and decisions, tags, names of files, of the organisation and of those who wrote or handle them, or the number.
search = Find
search-found = Cases found: { $count }.
search-more = Only the first { $most } are shown. Look for more words.

register-title = Register
register-what = This is what the organisation may have, for its own register for example. It holds days and decisions, and nothing about who wrote, what about, or who handles it.
register-of = By what was on this machine on { $day }. What is hidden as junk is not in it, nor are reports that you may not read.
register-none = There are no reports.
register-matter = Whistleblowing
register-declined = declined
register-save = Save as a file
register-save-hint = A spreadsheet program opens the file. It is not sealed.
column-matter = Matter
column-acknowledged = Acknowledged
column-feedback = Feedback given
column-scope = Right channel
column-closed = Closed
column-kept-until = Erase or archive by
column-erased = Erased
register-within = yes
register-outside = no, belongs elsewhere
figures-title = Figures by year
figures-what = Reports are counted by the day on which they came. Numbers below { $few } are not shown, nor are numbers from which those could be reckoned, so that no single report can be made out.
figures-year = Year { $year }
figures-hidden = not shown
figures-received = Reports
figures-within = for which the channel is
figures-outside = for which the channel is not
figures-undecided = that nobody has assessed yet
figures-acknowledged = acknowledged in time
figures-acknowledged-late = not acknowledged in time
figures-acknowledged-not-due = where no acknowledgement is due yet, or it was declined
figures-feedback = given feedback in time
figures-feedback-late = not given feedback in time
figures-feedback-not-due = where feedback is not due yet
figures-closed = closed
figures-open = not closed

casefile-title = Hand the case over
casefile-what = Saves the case as a folder that others can read and verify without this program: a page to print, every message with its files, every letter and note with its signature, and how to verify all that. Nothing in it is sealed, and it names who wrote the notes: hand it to nobody but those who may read the case.
casefile-to = Save to: folder, or path of a new folder
casefile-save = Save the case file
casefile-saved = Saved unsealed in { $folder }. Open { $page } there to print it, and erase the folder when it was handed over.

case-title = Case { $number }
case-received = Received
case-acknowledged = Acknowledged
case-acknowledge-by = Acknowledge by
case-feedback = Feedback
case-feedback-by = Give feedback by
case-source = The source's fingerprint
case-readers = Can be read by
case-left-out = Must not read, the source says
case-rolled = Whether weekends and holidays move the last day is unsettled. If they do, it is { $day } for feedback.
case-foreign-roster = Something here was sealed under a roster that this desk does not know. Either the drop has a newer one, or somebody gave it another one. Fetch the newest roster from a colleague, and compare its digest, before you answer.
case-assigned = Handled by
case-scope = Assessment
case-tags = Tags
case-fate = Kept or erased
case-impartial = Conflicts of interest
not-yet = not yet
case-declined = declined by the source
case-classic = One of the certs that this case is sealed to is classic. What is sealed to them all does not withstand a quantum computer.
no-text = (no text)
text-cut = The text is longer than is shown here. Save report.txt to read all of it.
answers = Answers to the form's questions
asked-told = How it was told
asked-ongoing = Is it still going on?
asked-relation = How the source is connected to the organisation
asked-urgent = Somebody is in danger right now
asked-meeting = Wants a meeting
asked-declined = Wants no acknowledgement
asked-keep-original = The original files are not to be shown outside the investigation
asked-clean-copy = Rather a transcript of the files' content than the files themselves
answer-telephone = By telephone
answer-meeting = In a meeting
answer-otherwise = In another way
answer-yes = Yes
answer-no = No
answer-unsure = Does not know
answer-works-there = Works there
answer-worked-there = Has worked there
answer-contractor = Consultant or supplier
answer-other = Something else
answer-unsaid = Does not want to say
source-language = Wants answers in { $language }
language-sv = Swedish
language-en = English
files = Files
tells = What the file gives away
tells-what = This stands in the file beside what it shows. Whoever gets the file can read it.
tells-nothing = The desk finds nothing in the file beside what it shows.
tells-more = There is more than is shown here.
tells-hint = That nothing is found does not mean that there is nothing: watermarks, printer dots, the choice of words and what pictures show are not seen here.
clean-save = Save a clean copy
clean-what = A clean copy is without author, times, places and other things that the file gives away. It can be made of JPEG, PDF, docx, xlsx and pptx. The original stays sealed.
files-warning = The desk never opens files. They may carry programs, macros, links or traces, so ask the source in a letter what they are. Save them only to a machine without network, and never to one with other work. Scan no QR code from them with a telephone: the link in it tells whoever made it that somebody reads here.
file = File
file-size = { $name } ({ $size } bytes)
save-to = Save to: folder, or path of a new file
save = Save unsealed
sealed-mark = The source sealed this themselves.
sealed-files = By their names, the source sealed these themselves: { $names }
sealed-raw = The text as it came
sealed-open = Open the text
sealed-title = Sealed by the source
sealed-once = Only one layer is opened. Nothing of it opens by itself.
unseal = Open and save unsealed
hole = A letter before this one is missing here.
from-writer = { $kind } from { $name }
case-record = What is written down
record-unchecked = The source has not checked it yet
codename-held = The codename of this case has not been handed over. It is gone once the desk locks itself.
codename-show = Show the codename
note-by = { $name }: { $matter }
unknown-writer = somebody who is no longer in the roster

letter-title = Write to the source
letter-kind = Kind of letter
letter-text = Text
letter-hint = At most { $most } bytes, about { $words } words. It is signed by you. The source, you and the others who read this case can open it. Write nothing that identifies the source or others.
letter-send = Sign and keep
letter-kept = The letter is signed and kept. It leaves with the next return bundle.
letter-change = Change the letter
letter-withdraw = Take the letter back
letter-withdraw-hint = The source has not seen the letter. Its text is deleted.
letter-withdrawn = The letter was taken back. It does not go out.
letter-acknowledgement-hint = Acknowledgement: the report was received
letter-question-hint = Question: something needs to be known
letter-feedback-hint = Feedback: what is being done, and why
letter-closing-hint = Closing: the case is closed, with feedback or the reason why there is none
letter-preview = Show as the source will see it
letter-template = Insert a template
letter-write-on = Go on writing
preview-title = As the source will see it
preview-what = Nothing has been signed yet. On the source's page the letter will look like this.

templates-title = Templates of letters
templates-what = How letters begin. A template is filled in when you insert it, and what comes of it can be changed as you like.
templates-change = Change the templates
template-language = Language
template-all = All organisations
template-show = Show this template
template-hint = These are replaced by what the case says: { $marks }. Leave the text empty to go back to the template for all organisations, or to Sluss's own.
template-keep = Keep the template
template-kept = The template is kept.

note-title = Note or decide
note-matter = What it is about
note-remark-hint = Note: something worth remembering
note-tags-hint = Tags: words by which you find the case, with commas between. They take the place of those before
note-within-hint = Within scope: the report is one that the channel is for
note-outside-hint = Outside scope: why, and where the source is sent instead
note-impartial-hint = No conflict of interest: I have examined whether I have one
note-partial-hint = Conflict of interest: why I should not handle the case
note-assigned-hint = Handler: whoever is chosen below handles the case
note-disclosure-hint = Disclosure: who is told who the source is, why, and how the source was told before
note-closed-hint = Close the case, with the reason
note-reopened-hint = Reopen the case, with the reason
note-junk-hint = Junk: the case is hidden, with the reason; nothing is deleted
note-no-junk-hint = Not junk: the case is shown again
note-approved-hint = What is written down is approved: the source has checked it. Write how, for example read out by telephone, or signed
note-disputed-hint = What is written down is not approved: what the source wants corrected
note-kept-on-hint = Kept for now: it is a public record of which nobody has decided, or proceedings need it
note-archived-hint = Archived: it was handed over to an archive, and may be erased here
note-erased-hint = To be erased. This reason stays when the rest is gone: name nobody in it, and repeat nothing from the report
note-person = Handler, if that is what is noted
note-hint = You sign it. The others who read the case can open it, the source cannot. It cannot be changed later, only followed by another note.
note-kept = The note is signed and kept.
note-hole = A note before this one is missing here.
note-among-us = The investigators' own note: the source does not see it.
erase-title = Erase this case
erase-decided = { $matter }: decided by { $name } on { $day }
erase-what = All messages, files, letters and notes of the case leave this desk and cannot be brought back. What stays is the row in the register, and this decision with its reason. Colleagues' desks, case files that were saved, sticks and copies of the desk's folder keep what they hold: erase those too.
erase-sure = Whatever has to be kept is kept elsewhere
erase-do = Erase from this desk
erase-not-sure = The box was not ticked, so nothing was erased. Tick it if whatever has to be kept is kept elsewhere.
erase-done = The case has been erased from this desk.
erased-title = Erased cases
erased-what = What has been erased from this desk, and why.
erased-none = No case has been erased.
erased-case = Case { $number }, erased on { $day }

exchange-title = In and out
open-title = Open a bundle
open-hint = A bundle that the drop or a colleague made for you. It is read from the stick and kept sealed in the book.
open-found = Found on sticks
open-other = Or its path
open = Open
return-title = Make a return bundle
return-hint = It carries letters and receipts to the drop. Everything in it goes out again until an outbound bundle confirms it.
return-waiting = To be sent: { $parcel }.
return-roster = Take the roster along, for the drop to use
return = Make the bundle

work-title = The desk is at work
work-hint = You can go on when it is done. If you stop it, or lock the desk, nothing is lost: what is left can be begun again.
work-stop = Stop
work-percent = { $percent } % is done.
work-ended = Go on

share-title = Notes for a colleague
share-hint = Every note in the cases that the colleague may read, on a stick for the colleague's desk. The drop never sees them.
share-colleague = Colleague
share = Make the colleague's bundle

roster-title = Roster
roster-in-use = In use
roster-digest = Digest
roster-drop = The drop's cert
roster-people = People
roster-organisations = Organisations
roster-held = Still holds the key of an earlier cert: { $fingerprint }
roster-sooner = Promises to acknowledge within { $days ->
        [one] one day
       *[other] { $days } days
    } and to give feedback within { $months ->
        [one] one month
       *[other] { $months } months
    }.
column-name = Name
column-role = Role
column-fingerprint = Fingerprint
column-readers = Can be read by
look-title = Look at a roster file
look-hint = Before it is signed or taken into use.
look = Look
looked-title = A roster to be judged
looked-file = File
sign-hint = Compare every fingerprint with its owner over the telephone. Whoever signs answers for who reads reports.
sign = Sign it
signed = Signed. The file { $file } has { $have } of { $need } signatures.
use = Take into use
used = Roster { $version } is in use at this desk.
draw-title = Draw up a roster
draw-hint = From a description (see «sluss-desk --help») and the drop's card, or from the roster in use. Nobody has signed it then.
draw-description = Path of the description
draw-card = Path of the drop's card, drop.json
draw-card-hint = May be left empty for a later edition.
draw = Draw up
drawn = Drawn up in { $file }. Let everybody look at it and sign it.

## What is told
oral-title = Register an oral report
oral-what = For what somebody told you by telephone or in a meeting. Write it down, read it out to whoever told it, and correct it together. The report is then sealed to its recipients like any other, and whoever told it gets a codename for an inbox of their own.
oral-consent = Record the conversation only if the person has agreed to it.
oral-day = The day on which it was told
oral-day-hint = The deadlines are counted from it. Write it like 2026-11-30.
oral-language = Language for answers and for the codename
oral-excluded = Who must not see the report
oral-excluded-hint = Ask whether one of them is involved. You and the reserve always read it.
oral-text = What was told
oral-text-hint = At most { $most } bytes, about { $words } words. Take down only what is needed, and the person's name only if they want it.
oral-acknowledged = Whoever told it has been told that the report is received
oral-keep = Register and show the codename
codename-title = The codename of case { $number }
codename-once = It is shown until you press the button or the desk locks itself. After that nobody can bring it back.
codename-how = Read the seven words out to whoever told the report, or write them on a piece of paper that the person takes. Keep no copy, and never ask for them.
codename-where = The inbox opens once the next return bundle has come to the drop. The person reaches it in Tor Browser:
codename-handed = The person has the codename
codename-forgotten = The desk has forgotten the codename.
codename-gone = The codename is not shown any more: somebody pressed that it was handed over, or the desk was locked. If the person does not have it, the inbox cannot be reached. Then tell them so, and agree on another way to keep in touch.
