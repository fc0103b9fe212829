## Frame

language-name = English
site = Whistleblowing
skip = To the content
nav-label = Pages
nav-inbox = Inbox
sign-out = Sign out
footer-leave = If you need to leave quickly: close Tor Browser altogether. It then forgets what you did.
banner-without-tor = You are not anonymous here. This page is shown without Tor, for trying out only. Send nothing real.
banner-demo = This is a demonstration. Nobody will act on what you send.
box-note = Good to know
box-warning = Please note
box-error = Something went wrong
box-done = Done
to-start = To the start page
date = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $year }

## Finding the organisation

find-title = Which organisation?
find-intro = Here you can tell of misconduct without saying who you are. Choose the organisation that it is about.
find-list = Organisations
find-letters = Letters
find-more = Show more
find-back = Have you already sent a report?
find-inbox = Open the inbox with your codename

## An organisation's page

home-title = Report misconduct: { $organisation }
home-intro = This is the internal reporting channel of { $organisation }. Independent investigators read the reports. You do not have to say who you are, and you can get answers without doing so.
home-report = Write a report
home-inbox = Open the inbox

home-before = Before you begin
before-device = Use your own computer or phone, not your employer's. An employer can see what is done, printed and opened there.
before-network = Use a network that is not your employer's, and not its VPN or accounts either.
before-history = Did you read about this service in an ordinary browser? It remembers the pages you opened. Clear its history.
before-files = Files can tell who you are: the writer's name, tracked changes, the place in pictures, a printer's yellow dots, watermarks. Do not send what only you have had access to, unless you must.
before-few = Think of how many people know what you tell. If you are few, the content can point to you.
before-style = Write plainly. Avoid expressions that people connect with you.
before-tor = Whoever owns the network that you are on can see that you use Tor, but not what you do there.
before-visits = Do not visit at times that give away your breaks. Do not tell others that you have reported.

home-address = Are you in the right place?
address-compare = Somebody can put up a page that looks the same. Compare the address in the address bar, character by character, with the one on the organisation's ordinary website, on the notice, or from the investigators.
address-codename = Never type your codename at another address.

home-what = What you can report
what-misconduct = Misconduct at work that it is in the public interest to bring out, such as bribery, theft, conflicts of interest, dangerous shortcomings or breaches of laws and rules.
what-not = What only concerns your own pay, or a conflict at work, mostly belongs with the union or the personnel department. Views and complaints about services go to where the organisation takes those.
what-classified = Security-classified information must not be given here.

home-protected = Whom the law protects
protected-work = You who are employed, or work under somebody else's direction, for example agency staff.
protected-seek = You who apply for work or ask about it.
protected-learn = Interns and volunteers, and those who apply to be.
protected-contract = Contractors and the self-employed, and those who seek an assignment.
protected-board = Members of management, of a board or another supervisory body, and shareholders who are active in the company.
protected-after = All of these afterwards too, if that was when they learned what they tell.
protected-near = Whoever helps you, for example a safety representative or an elected union representative, and relatives and colleagues who may suffer for it. Also companies and associations that you own, work for or are connected with in other ways.

home-readers = Who reads
readers-intro = These people can open the reports:
readers-reserve = Reserve. The key is locked away and is used only if the others cannot open a report.
readers-assignments = Other assignments: { $assignments }
readers-conflict = Is one of them involved, or too close to the matter? In the form you can choose who must not be able to read. The reserve cannot be left out, and at least two must remain.
readers-classic = Reports are sealed with ordinary encryption. It withstands today's computers, but whoever saves a report now may be able to open it if large enough quantum computers are built.

home-promise = What we can and cannot promise
promise-address = We do not ask who you are. The service is reached through Tor and is built so that it never learns your network address.
promise-sealed = What you send is sealed while it is received, so that only the investigators and the reserve can open it. The server keeps no text and no file in the open, and no log of visits.
promise-server = While you send something, and while you read answers, the words pass through the server's memory. Whoever has taken over the server at that moment can read them.
promise-yourself = We cannot protect you from your own computer, from what your text and files give away, or from what others notice.
promise-secrecy = The investigators have a duty of secrecy about who you are. Still we cannot promise that nobody will ever know: a court can ask, and those with a duty of secrecy may have the right to give some information to the media.
promise-proof = If you later want the law's protection from reprisals you may have to show that it was you who reported. The codename helps with that.

home-then = What happens then
then-codename = When the report is kept you get a codename of seven words. With it you come back here and read answers. Without it we cannot reach you.
then-acknowledged = You are told at once, on the page, that the report has arrived. That is the acknowledgement that the law requires.
then-seven-days =
    { $days ->
        [1] Within one day
        [7] Within seven days
       *[other] Within { $days } days
    } you get an acknowledgement in the inbox.
then-investigated = The investigators are independent of those whom the report is about. They fetch it, judge what is to be done, investigate, and give the outcome to { $organisation }.
then-feedback =
    Within { $months ->
        [1] one month
        [2] two months
       *[3] three months
    } of the acknowledgement you get feedback: what has been done, and why. The investigators may also ask questions, so look into the inbox now and then.
then-tell = If we have to disclose who you are we tell you first, unless that would harm the investigation.

home-contact = Other matters
contact-open = Here you can reach the organisation about anything that is not a report. Those who answer can see who you are, so do not tell them that you have reported, or mean to.

home-other = Other ways to report
other-weaker = You can also report orally, or ask for a meeting within a reasonable time. Telephone, meeting and letter protect you less than the form.
other-oral = A conversation is recorded only if you agree. Otherwise it is written down, and you may read, correct and sign it.
other-union = The union or a safety representative can give you advice. They then know who you are.
other-external = You may always turn to an authority instead, also from the start.
other-authorities = Authorities that take reports
other-annex = A selection, put together on { $day }. What holds is the annex to the Swedish ordinance (2021:949) on the protection of persons reporting misconduct: look there first.
other-eu = EU bodies take reports too, for example OLAF about fraud against the EU.
field-work = Work environment, and everything within EU rules that no other authority takes
field-health = Public health
field-medicine = Medicines and medical devices
field-chemicals = Chemicals
field-food = Food, animals and farming
field-products = Dangerous products and consumer protection
field-energy = Energy
field-radiation = Radiation and nuclear power
field-networks = Networks, IT security and civil defence
field-finance = Banks, insurance, audit, estate agents, gambling and money laundering
field-eu-fraud = Fraud against the EU
field-care = Health care
field-data = Data protection
field-procurement = Procurement and competition
field-environment = Environment
field-tax = Tax
field-transport = Transport
field-sanctions = Breaches of EU sanctions

home-rights = Your rights
rights-free = You have the right to give information to the media for publication, and to procure it for that purpose (freedom to communicate and procure information), with some exceptions in law.
rights-search = Authorities and other public bodies must not try to find out who gave information to the media (ban on investigating sources).
rights-reprisals = Nobody may punish you for reporting, and nobody may keep you from it (ban on reprisals and obstruction).
rights-damages = Whoever breaks these bans has to pay you damages. Where there is reason to believe that you were punished for the report, it is for the employer to show the contrary.
rights-conditions = The protection holds if what you tell has happened or very likely will, and if you had reasonable grounds to believe that it is true. It does not hold if you commit a crime by reporting, or to get at the information.
rights-advice = This is not legal advice. The law is the Swedish act (2021:890) on the protection of persons reporting misconduct. The Swedish Work Environment Authority (Arbetsmiljöverket) supervises it.

home-privacy = Your personal data
privacy-law = Personal data in a report are used only to investigate it. The legal basis is a legal obligation in the act (2021:890). Only the investigators may see them. You can ask what is held about you and have mistakes corrected, and you can complain to the Swedish Authority for Privacy Protection (IMY).
privacy-kept = Data that obviously have no bearing on the matter are erased as soon as possible. Other data are removed at the latest two years after the case was closed, unless they stand in an official document that has to be preserved.

home-access = Accessibility
access-goal = Everybody should be able to use the pages: with a keyboard, a screen reader, enlarged text, on narrow screens, in dark colours and without scripts. The goal is level AA of WCAG 2.2, on which the Swedish law (2018:1937) on the accessibility of digital public services builds.
access-tried = Each page is tried by programs and has been looked through by those who make the service. Nobody from outside has reviewed it.
access-known = Known shortcoming: while files are sent the page seems to go on loading, and a screen reader may not read out how far they have come.
access-tell = Is there something that you cannot use? Report in one of the other ways above, or tell the organisation without saying that you want to report. The authority that supervises the law takes complaints.

certs-title = Do you want to seal it yourself?
certs-intro = You can encrypt text and files with the investigators' certs (OpenPGP) before you send them. They are then sealed already when they reach the server. Compare the fingerprints with those that the investigators give elsewhere.
certs-fetch = Fetch the certs
home-updated = The texts were last changed on { $day }.

## The form

form-title = Write a report
form-intro = The report goes to the investigators for { $organisation }. Only the box "What has happened?" has to be filled in.
form-time = Take the time you need. Nothing is sent until you press the button at the bottom.
form-without = Is there somebody who must not be able to read it?
form-without-why = Tick those who are involved or too close to the matter. They cannot open the report then, nor what you send later. At least two must be able to read, and the reserve is one of them.
form-reserve = Reserve. The key is locked away and used only if the others cannot open a report. The reserve cannot be left out.
form-left-out = { $name } cannot read it: you chose that earlier.
form-nobody-without = At least two must be able to read, and the reserve is one of them. So nobody here can be left out. If one of them is involved or too close to the matter, use another way to report.
form-other-ways = Other ways to report
form-text = What has happened?
form-text-hint = Required. Tell it in your own words: what, where, when and how you know. At most { $characters } characters in all boxes together: that is about { $pages } pages.
form-more = More questions, if you like
form-more-why = Skip what you do not want to answer.
form-no-answer = No answer
ask-title = Title
ask-place = Where in the organisation?
ask-when = When did it happen, roughly?
ask-who = Who is involved, and in which roles?
ask-how = How do you know?
ask-evidence = What evidence is there, and where?
ask-elsewhere = Has it been reported elsewhere? What came of it?
ask-ongoing = Is it still going on?
ongoing-yes = Yes
ongoing-no = No
ongoing-unsure = Do not know
ask-relation = How are you connected with the organisation?
relation-works-there = Work there
relation-worked-there = Used to work there
relation-contractor = Consultant or supplier
relation-other = Something else
relation-unsaid = Do not want to say
ask-urgent = Somebody is in danger right now (call 112 first)
ask-meeting = I want a meeting
told-title = Title
told-place = Where in the organisation
told-when = When
told-who = Who is involved
told-how = How the source knows
told-evidence = Evidence
told-elsewhere = Reported elsewhere
form-reply = Answers to you
form-language = Language for answers
form-declined = I do not want an acknowledgement
form-declined-why = Otherwise the page with the codename counts as the acknowledgement of receipt that the law requires.
form-declined-later = Otherwise the investigators acknowledge in the inbox that the report has come in.
form-files = Files
form-title-files = Write a report with files
form-add-files = Send files too
form-add-files-why = Do you have files? It is better to finish and send the text first: then you have your codename, and large files can follow from the inbox. With "Send files too" the text comes along to a form where you choose files.
form-files-hint = At least one file, at most { $files }, together at most { $megabytes } MB. Choose all of them at once.
form-files-warning = Files can tell who you are. We change nothing in them. Remove what points to you before you choose them.
form-files-time = Count on about a minute for every ten megabytes through Tor. Leave the tab open until the box below says that everything is stored: it then shows the way on, too. If something goes wrong the text and the chosen files are still in the form.
handling-title = To whoever receives the files
handling-keep-original = Do not show the original to anybody outside the investigation
handling-clean-copy = Rather use a transcript of the content than the file itself
kinds-title = What different kinds of files can reveal
kind-office = Documents and spreadsheets: who wrote, who changed, tracked changes, comments and old versions. Save as a new file, or copy the text into the box above.
kind-pdf = PDFs: who made the file, with which program and when. Sometimes there is an invisible number for your copy alone.
kind-picture = Photos: where and when they were taken, with which telephone, and a small preview that can show what you have cropped away. A screenshot of the photo holds less of it.
kind-paper = Printouts and scanned papers: yellow dots from colour printers show the printer and the time. Folds, notes and stamps can be unique.
kind-mail = Saved e-mail: your addresses, servers and times stand in its hidden header. It is better to copy the text.
kind-sound = Sound and film: voices, rooms and noises in the background, and often place and device.
kind-copy = If only a few people were given a document, its content can point to you however clean the file is. Describe what it says instead.
form-next = When the report is kept your codename is shown. Have pen and paper ready.
form-send = Send the report
wait = It takes up to { $seconds ->
    [one] a second
   *[other] { $seconds } seconds
} until the next page comes. Everything is stored at a steady pace, so that whoever gets hold of the server cannot tell when you were here.
form-send-alone = Send the text without files

## Files on their way

progress-title = How far the files have come
progress-waiting = Nothing is being sent yet. Once you have pressed the button you see here how far it has come.
progress-coming = { $percent } % has arrived
progress-arrived = Everything has arrived. Wait while it is sealed and stored.
progress-kept = Everything is stored. Read on in the box below.
progress-unseen = We cannot show how far the files have come just now. They arrive all the same.
sent-title = Result
sent-report = The report is sealed and stored. Now look at your codename, without which you cannot come back: it waits for as long as this tab stays open and connected.
sent-to-codename = Show my codename
sent-message = The message is sealed and stored.
sent-to-inbox = To the inbox
already-sent = Your report is sealed and stored already. You need not send it again.
already-signed-in = You are signed in. If it is about the same matter, write to the investigators in the inbox: then it belongs together.
already-new = Write a new report about something else
sent-again = Open a new form with my text
beside-advice = The text and the files are still in the form. Try again in a while.
beside-empty-advice = Write in the form what it is about and send again. The files are still there.
beside-text-too-long-advice = The text is still in the form. Shorten it, or put part of it into a file, and send again.
beside-less-advice = You do not have to wait: the text and the files are still in the form. Choose fewer or smaller files and send again. The rest you can send from the inbox afterwards.
beside-too-few-left-advice = Clear one of the boxes in the form and send again, or turn to an authority instead.
beside-again-advice = Press the button, and the text comes along. You have to choose the files again.
beside-alone-advice = The text has room. Send it alone now. Once you have your codename you can send the files from the inbox another day.

## The codename

codename-title = Your codename
codename-received = The report is sealed and stored. It came in on { $day }.
codename-acknowledged =
    This is the acknowledgement that we have received the report. You get feedback within { $months ->
        [1] one month
        [2] two months
       *[3] three months
    }.
codename-why = These seven words are the only way back to the answers. Write them down now.
codename-how = How to do it
codename-paper = Write the words on paper, in order. Do not save them on the computer or phone, and take no picture.
codename-print = Must you print them? Only the words are printed. Never use your employer's printer: it remembers what it prints.
codename-spelling = Capitals, accents, spaces and hyphens do not matter. Otherwise the spelling must be right.
codename-nobody = Show them to nobody. The investigators will never ask for them.
codename-once =
    The words are shown until you have typed them once, or until you have been away for { $minutes ->
        [one] one minute
       *[other] { $minutes } minutes
    }. After that they cannot be shown again.
codename-lost = If you lose the words we cannot reach you, and you cannot read the answers. The report stays all the same.
codename-written = I have written the words down

## The inbox

sign-in-title = Inbox
sign-in-intro = Type your codename to read answers and to send more.
sign-in-first = Type the words from the paper once, so that you know they are right. Then you get to the inbox.
sign-in-codename = Codename
sign-in-hint = Seven words, in order. Capitals, accents, spaces and hyphens do not matter.
sign-in-draft = Your text, which has not been sent yet
sign-in = Open the inbox
sign-in-see-again = Show the words again
sign-in-lost = Have you lost the codename? Then you cannot read the answers, but you can send a new report and mention the one before.
codename-unknown = There is no inbox with that codename.
codename-unknown-advice = Compare with the paper: seven words, spelled right, in the right order. The inbox may also have been erased.
inbox-title = Inbox
thread-intro = Your contact with the investigators for { $organisation }. The latest day stands first.
thread-write = Write to the investigators
thread-newer = Newer
thread-older = Older
thread-closed = The investigators have closed the case. You can still write to them.
thread-title = Letters and messages
duties-title = What happens next
duty-received = The report came in
duty-acknowledge = Acknowledgement
duty-acknowledge-by = The investigators are to give it by { $day }.
duty-declined = You did not want one.
duty-feedback = Feedback
duty-feedback-by = The investigators are to tell you what was done and why, by { $day }.
duty-kept = You got it on { $day }.
duty-rolled = That is a weekend or a holiday in Sweden. They may be allowed to wait until { $day }.
duty-late = That day has passed. Write and ask the investigators, or turn to an authority.
duty-yours = You
duty-yours-what = You need not do anything. Look here now and then: the investigators may ask questions.
duty-yours-asked = The investigators have asked a question. Answer if you can and want to, unless you have done so.
duties-law = The days are counted as the Swedish act (2021:890) says, or sooner where the organisation has promised that.
thread-sent = You sent number { $number }, { $day }
thread-sent-hint = Its content is sealed. Only the investigators and the reserve can open it.
thread-acknowledged = Acknowledgement, { $day }
thread-acknowledged-text = The report has been received.
letter-acknowledgement = Acknowledgement from the investigators, { $day }
letter-question = Question from the investigators, { $day }
letter-feedback = Feedback from the investigators, { $day }
letter-closing = The case is closed, { $day }
letter-fetch = Download the letter with its signature
letter-check = If you want to show a letter to somebody else
letter-traces = A downloaded letter is not sealed. Whoever finds the file sees that you have reported. Download it only if you need it, and destroy the file afterwards.
letter-certs = Download the investigators' certs:
letter-import = Read them into the program GnuPG:
letter-verify = Check the letter. Its text stands after the word "text":
letter-compare = GnuPG must answer "Good signature". It also warns that nobody certifies the key: that is why you compare the fingerprint with the one on the organisation's page.
thread-writer = Written by { $writer }
thread-continued = Continued from the page before.
thread-continues = Continues on the next page.
thread-unreadable = A letter that cannot be opened, { $day }
thread-unreadable-text = The letter is damaged, or from somebody who is no longer one of the investigators. Write to the investigators and ask them to send it again.
message-title = Write to the investigators
message-text = Message
message-text-hint = At most { $characters } characters, about { $pages } pages.
message-send = Send the message
message-back = Back to the inbox
message-kept = The message is sealed and stored as number { $number }, { $day }.
left-title = You are signed out
left-done = The inbox is closed.
left-advice = Close Tor Browser when you are done.
left-again = Open the inbox again
thread-erase = Erase
thread-erase-why = You can erase the answers, or everything that is still kept here of yours.
thread-erase-how = Read what that means
erase-title = Erase
erase-intro = What you erase here cannot be brought back by anybody, not by you either.
erase-answers-title = Erase the answers
erase-answers-what = The letters from the investigators go, and the page forgets when they came. Your messages and your codename stay, and you can be answered again. An investigator who has not yet seen a colleague's letter will not get it.
erase-answers = Erase the answers
erase-all-title = Close, and erase everything
erase-all-what = Your messages that are still kept here go, the letters go, and your codename stops working.
erase-all-warning = What the investigators have already fetched stays with them: the law tells them how to handle it. What they have not fetched, nobody will ever read. You cannot be asked or answered after this.
erase-all = Close and erase everything
erase-nothing = Erase nothing, back to the inbox
erased-title = Everything is erased
erased-done = Your messages, the answers and the inbox are gone from here. The codename opens nothing any more: destroy the note.
erased-fetched = What the investigators had fetched before stays with them.

## When something goes wrong: cause, then advice

trouble-title = It did not work
not-found = There is no such page.
not-found-advice = Check the address, or begin from the start page.
wrong-method = The page cannot take what the browser sent.
wrong-method-advice = Go to the start page and try from there.
other-site = This was sent from another website, so we did not take it.
other-site-advice = Open the page yourself in Tor Browser and begin there.
gateway = You have come here through a web service that shows onion addresses in ordinary browsers. Whoever runs it can see who you are, and read and change everything. We take nothing in that way, and nothing that you have typed is kept here.
gateway-advice = Type nothing more here: what you have typed already, the service may have read. Close the page, open Tor Browser and enter the onion address there yourself. Take the address from the organisation's ordinary website, from the notice or from the investigators, not from here.
not-open = The service is not open yet.
not-open-advice = Come back later, or report in one of the organisation's other ways.
closed = The form is closed, because right now too few investigators could open reports.
closed-advice = Use one of the other ways to report on the organisation's page, or come back later.
old-form = The form is too old, or not from here. Nothing has been sent.
old-form-advice = Your text is still below. Choose the files again, if you had any, and send once more.
not-a-form = What came is not the page's form. Nothing has been sent.
not-a-form-advice = Go back in the browser and send the form from there.
broken = The form arrived damaged or incomplete. Nothing has been sent.
broken-advice = Check the text, choose the files again if you had any, and send once more. If the text is missing: go back in the browser, it is still there.
empty = The text is empty. Nothing has been sent.
empty-advice = Write what it is about and send again.
secret-key = You pasted a secret key. It opens everything that is sealed to it, so we took nothing in.
secret-key-advice = Remove the key. Paste the encrypted message instead: it begins with "BEGIN PGP MESSAGE". Treat the key as exposed.
text-too-long = The text is too long: at most { $characters } characters fit, counted in bytes. Nothing has been sent.
text-too-long-advice = Your text is still below. Shorten it and send again, or put a part of it into a file.
text-lost = The text is so long that we cannot show it here. Nothing has been sent.
text-lost-advice = Go back in the browser: the text is still there. Put it into a file, or send it in several messages.
too-many-files = There were too many files: at most { $files } fit. Nothing has been sent.
files-too-large = The files are too large: together they may have at most { $megabytes } MB. Nothing has been sent.
too-few-left = Too few could read the report: the reserve and at least one more must remain. Nothing has been sent.
too-few-left-advice = Your text is still below. Untick somebody, or turn to an authority instead: see the organisation's page.
readers-changed = Who reads has changed since you opened the form. Nothing has been sent.
readers-changed-advice = Your text is still below. See who reads now, choose your files again and send once more.
full = There is no room for more right now. Nothing has been sent.
full-advice = Try without files or with fewer, or come back in a few hours. Keep your text on paper if you have to leave the page.
files-full = There is no room for files right now. Nothing has been sent.
files-today = So many files have come today that there is no room for more before tomorrow. Nothing has been sent.
too-often = From here that was asked for too often in a short time.
too-often-advice = Wait two minutes, then try again. A text that you have written stays in its form. If you are in a hurry, ask Tor Browser for a new circuit for this site.
busy = Too many people are sending at the same time. Nothing has been sent.
busy-advice = Wait a moment and try again.
another-first = Another message from you was kept first. This one has not been sent.
another-first-advice = Your text is still below. Choose the files again, if you had any, and send once more.
signed-out = You were away for too long and are signed out. The message has not been sent.
signed-out-advice = Type your codename. Your text is kept and comes along. Files have to be chosen again.
no-codename = There is no codename to show here.
no-codename-advice =
    The codename is shown only until you have typed it once, or until you have been away for { $minutes ->
        [one] one minute
       *[other] { $minutes } minutes
    }. If you wrote it down: open the inbox. Otherwise you can send the report again.
erased = The inbox does not exist any more.
erased-advice = If you want to tell more you can send a new report.
page-too-long = The page became too long to be shown.
page-too-long-advice = Go back in the browser: what you typed is still there.
fault = Something is wrong with the server. If you were sending something: do not count on it having arrived.
fault-advice = Try again in a while. If it still does not work, use another way to report.
