# Vad desken säger, på svenska. Ett fel säger sin orsak, sedan vad man gör.

## TSK:n
cert-malformed = Det här är inget OpenPGP-cert som kan användas här. Exportera det igen.
cert-secret = Här finns en hemlig nyckel. Exportera bara certet, och räkna med att andra har sett nyckeln.
cert-no-secret = Här finns ingen hemlig nyckel. Välj filen med din TSK.
cert-unusable = Certet har gått ut, är återkallat eller saknar nycklar för att signera och kryptera. Förnya det.
cert-passphrase = Lösenfrasen stämmer inte. Skriv den igen; titta på tangentbordets språk och Caps Lock.
cert-failed = TSK:n kunde inte göras: datorns minne eller slumptal räckte inte till. Stäng andra program och försök igen.
key-name = Namnet är tomt, längre än 100 tecken eller har tecken som < eller @. Skriv namnet som man säger det.
key-short = Lösenfrasen har färre än { $least } tecken. Använd till exempel sex slumpade ord.
key-differs = De två lösenfraserna är olika. Skriv samma två gånger.
drill-another = Säkerhetskopian öppnas, men är en annan TSK än den nyaste här: { $user }, { $fingerprint }. Välj en annan, eller gör en ny.
drill-incomplete = Säkerhetskopian öppnas, men något fattas i den eller skiljer sig från din TSK. Gör en ny.
key-not-classic = GnuPG kan inte använda den här TSK:n: den är postkvant. Bara en klassisk kan exporteras för GnuPG.

## Boken
book-in-use = En annan sluss-desk har boken öppen. Stäng den först.
book-no-key = Det finns ingen TSK i boken. Gör en eller läs in en.
book-ring = Nycklarna till det som ligger i deskens mapp är skadade eller saknas, så att inget i den kan öppnas. Stäng desken och lägg tillbaka en hel kopia av mappen.
book-key-exists = Det finns redan en TSK i boken. Välj en annan mapp med --book för en annan.
book-key-pending = Det finns redan en förnyad TSK i boken, som ingen roster nämner ännu. Låt nästa roster nämna den först.
book-no-roster = Det finns ingen roster i boken. Ta först den signerade rostern i bruk.
desk-not-in-roster = Ditt cert finns inte i rostern. Be dem som signerar rostern att ta med det, eller öppna rätt bok.
day-unbelievable = Datorns klocka visar en dag före 1970 eller efter 2100. Ställ klockan.

## Filer och diskar
io-not-found = «{ $what }»: filen eller mappen finns inte. Titta på hur sökvägen är skriven och om stickan sitter i.
io-permission = «{ $what }»: den här användaren får inte läsa eller skriva där. Välj en annan plats.
io-full = «{ $what }»: disken är full. Gör plats och försök igen.
io-exists = «{ $what }»: där finns redan en fil, och inget skrivs över. Välj ett annat namn.
io-folder = «{ $what }»: det är en mapp. Välj en fil.
io-read-only = «{ $what }»: stickan eller disken är skrivskyddad. Flytta dess spärr eller ta en annan.
io-text = «{ $what }»: det är ingen textfil av det slag som hör hemma här. Välj en annan fil.
io-other = «{ $what }»: det gick inte att läsa eller skriva ({ $why }). Försök igen, med en annan sticka om det fortsätter.
io-book = boken

## Buntar och förseglade saker
open-not-for-us = Den är förseglad till någon annan. Hämta bunten som gjordes åt dig.
open-damaged = Den är skadad, avkortad eller ingen bunt alls. Kopiera den till stickan igen.
open-unsigned = Ingen har signerat den, så den kommer inte från droppen. Hämta den igen och säg till driften.
open-foreign-signer = Den är signerad av någon som inte finns i rostern som används här. Ta den senaste rostern i bruk; säg till driften om det fortsätter.
open-not-addressed = Den signerades åt någon annan och har skickats vidare. Hämta bunten som gjordes åt dig.
open-format = Det som finns i den följer inte formatet. Hämta den igen; säg till driften om det fortsätter.
open-other-drop = Den hör till en annan drop. Öppna den med den droppens bok.
open-newer = Den är gjord av en nyare version. Uppdatera det här programmet.
seal-too-large = Det är för stort för att förseglas. Korta ner det.
seal-failed = Förseglingen misslyckades i kryptobiblioteket. Starta om desken och försök igen.
exchange-nothing-to-share = Det finns ingen anteckning som den kollegan får läsa. Anteckna något i ett ärende först.
exchange-no-colleague = Ingen kollega i rostern heter så. Välj någon annan än dig själv.
exchange-stopped = Avbrutet. Det som hade öppnats är sparat. Öppna bunten igen, så kommer resten in.
exchange-nothing = Det finns inget att skicka: droppen har allt. Gör en returbunt när du har skrivit eller öppnat något.

## Roster
roster-malformed = Det här är ingen roster som den här versionen kan läsa. Hämta filen igen, eller uppdatera programmet.
roster-name = Namnet «{ $name }» används två gånger, är okänt eller reserverat, eller har andra tecken än a–z, 0–9 och -. Ändra det.
roster-recipients = «{ $name }» behöver två till sexton mottagare, varav precis en reserv. Ändra listan.
roster-deadlines = «{ $name }» lovar svar senare än lagen tillåter. Skriv 1 till 7 dagar och 1 till 3 månader.
roster-earlier = «{ $name }» sägs ha ett tidigare cert som aldrig var den personens. Signera inte den här rostern, och fråga vem som gjorde den.
roster-cert = Certet för «{ $name }» kan inte användas. { $why }
roster-shared-cert = «{ $name }» har någon annans cert. Var och en behöver sitt eget.
roster-frozen = Saltet, härledningen och födelsedagen får aldrig ändras, eftersom alla kodnamn beror på dem. Utgå från den förra rostern och droppens eget kort.
roster-broken = Kedjan av utgåvor är bruten. Hämta rostern från någon som har signerat den.
roster-signatures = Utgåva { $version } har { $have } av de { $need } signaturer den behöver. Låt fler signera.
roster-rollback = Den är äldre än rostern som används, eller hör till en annan drop. Hämta den senaste.
roster-demo = Det är en roster för att prova. Riktiga rapporter får inte förseglas till den.
roster-no-card = En första roster behöver droppens kort. Lägg till --drop med filen drop.json ur droppens mapp keys.
roster-card = Det här är inget kort från en drop. Välj filen drop.json ur droppens mapp keys.
roster-description = Beskrivningen går inte att läsa: { $why } Rätta den raden; «sluss-desk --help» visar ett exempel.
roster-foreign = Den fortsätter inte rostern som används vid den här desken. Fråga vem som har gjort den, och signera inget som du inte kan förklara.
roster-no-gain = Din signatur finns redan, eller hör inte till dem som utgåvan behöver. Skicka filen vidare till de andra.
roster-not-in-it = Ditt cert finns inte i den här rostern. Be om en utgåva som har det.

## Ärenden och brev
case-unknown = Inget ärende har det numret. Titta i listan över ärenden.
case-several = Flera ärendens nummer börjar så. Skriv mer av numret.
reply-empty = Brevet är tomt. Skriv dess text.
reply-settled = Brevet kan inte längre ändras eller tas tillbaka: det ligger redan i en returbunt, ett nyare brev följer på det, eller så finns det inte kvar. Skriv ett nytt brev.
reply-too-long = Brevet är { $over } byte för långt. Korta ner det, eller skriv två brev.
template-too-long = Mallen är { $over } byte för lång för ett brev. Korta ner den.
note-empty = Anteckningen har ingen text. Skriv vad som är värt att minnas, eller skälet.
note-too-long = Anteckningen är { $over } byte för lång. Korta ner den, eller skriv två.
note-not-a-reader = Den personen får inte läsa ärendet. Välj någon annan.
note-not-done = Ärendet är fortfarande öppet och kan därför varken arkiveras eller gallras. Avsluta det, eller markera det som skräp, och besluta sedan.
junk-none-chosen = Inget ärende är ikryssat, så inget markerades. Kryssa i de ärenden som avses.
junk-no-reason = Skäl saknas, så inget markerades. Skriv ett: det antecknas i varje ärende.
junk-cut = { $marked } av { $all } ärenden markerades, sedan gick något fel i desken: { $why }
junk-touched = någon har skrivit eller antecknat något i det. Titta på det och anteckna «Skräp» i ärendet självt.
junk-not-hidden = det är inte gömt.
junk-stopped = arbetet avbröts. Markera det igen.
erase-undecided = Inget beslut säger att ärendet är arkiverat eller ska gallras, eller så har uppgiftslämnaren skrivit efter det eller ärendet öppnats igen. Inget har gallrats. Anteckna ett beslut först.
erase-letter-under-way = Ett brev i ärendet har kanske inte kommit fram till droppen än. Inget har gallrats. Gör en returbunt, öppna droppens nästa bunt och gallra sedan; eller ta tillbaka brevet.
erase-inbox-under-way = Droppen har kanske inte fått den muntliga rapporten och dess inkorg än. Inget har gallrats: rapporten skulle gå förlorad för de andra som får läsa den, och kodnamnet skulle inte öppna något. Gör en returbunt, öppna droppens nästa bunt och gallra sedan.
save-no-file = Ärendet har ingen sådan fil. Titta i listan över dess filer.
save-several = Flera meddelanden i ärendet har en fil med det namnet. Skriv meddelandets nummer framför, som i 2/namn.
file-kind = börjar som { $kind }
file-kind-unknown = av ingen typ som är känd här
tells-author = Upphov
tells-editor = Senast ändrad av
tells-organisation = Organisation
tells-created = Skapad
tells-changed = Ändrad
tells-program = Program
tells-device = Kamera, telefon, dator eller skrivare
tells-serial-number = Serienummer
tells-place = Plats
tells-path = Låg på en dator under
tells-title = Titel
tells-comment = Kommentar
tells-tracked-change = Spårad ändring av
tells-editing-session = Märken från tillfällen då den skrevs
tells-identifier = Nummer som bara den och dess kopior har
tells-thumbnail = Miniatyrbild
tells-earlier-revision = Tidigare lydelse
tells-embedded-file = Fil i filen
tells-leftover = Oanvända byte
tells-other = Annat
remains-text = vad texten säger, och hur den är skriven
remains-pictures = vad bilderna visar, och bruset som röjer en kamera eller skrivare
remains-picture-metadata = bilder, film eller ljud vars egna uppgifter ingen har tittat på
remains-colour-profile = en färgprofil, som kan nämna en skärm
remains-tracked-changes = texten i spårade ändringar, även det strukna
remains-comments = kommentarernas text
remains-embedded = andra filer i den
remains-macros = makron
remains-links = länkar
remains-forms = det som är ifyllt i ett formulär
remains-hidden = dolda blad, bilder, lager eller texter
clean-remains = Kvar i kopian: { $what }. Läs igenom den innan du visar den för någon.
clean-not-this-kind = Filen är varken en JPEG-bild, en PDF eller ett dokument från ett kontorsprogram (docx, xlsx, pptx). Desken kan inte se vad den avslöjar: visa den inte för någon utanför utredningen.
clean-protected = Filen är skyddad med ett lösenord, så desken kan inte titta i den. Fråga uppgiftslämnaren i ett brev.
clean-too-large = Filen är för stor, eller packas upp till mer än desken tittar igenom. Visa den inte för någon utanför utredningen.
clean-malformed = Filen är skadad, eller inte byggd som sitt slag ska vara. Desken gör ingen kopia av den: visa den inte för någon utanför utredningen.
clean-not-clean = Kopian skulle fortfarande ha avslöjat något, så den sparades inte. Visa inte filen för någon utanför utredningen.
caution-runs = Se upp: det är ett program, eller något annat som en dator kör eller följer.
caution-disguised = Se upp: det är något annat än vad namnet säger.
caution-two-endings = Se upp: namnet har två ändelser. Bara den sista räknas.
caution-two-kinds = Se upp: den kan läsas som två sorters filer, och den ena kan vara gömd.
caution-macros = Se upp: den innehåller makron. Öppna den bara i ett program som inte kör några.
caution-scripts = Se upp: den kan köra skript eller starta något när den öppnas.
caution-holds = Det ligger andra filer i den. Ingen har tittat på dem.
caution-fetches = Den nämner adresser på nätet. Den som finns där kan få veta att den öppnades, så öppna den utan nätverk.
aside-other-drop = den anger en annan drop
aside-other-cert = den har ett annat cert än uppgiftslämnarens första meddelande
aside-other-organisation = den anger en annan organisation än uppgiftslämnarens första meddelande
aside-no-case = den hör till ett ärende som inget annat finns av här
aside-not-a-reader = den är skriven av någon som inte får läsa ärendet
aside-unreadable = den går inte att öppna, eller är inte vad den säger
law-sweden = svensk
law-tyrol = tyrolsk
law-germany = tysk
law-spain = spansk
law-finland = finländsk
law-france = fransk
law-italy = italiensk
roster-law = Svarar enligt { $law } lag: personuppgifter sparas i högst { $months } månader efter att ärendet avslutats.
roster-working-days = Bara arbetsdagar räknas för bekräftelsen.
oral-empty = Inget är nedskrivet. Skriv vad som berättades.
oral-too-long = Texten är { $over } byte för lång. Korta ner den, eller lägg resten i en anteckning i ärendet.
oral-no-way = Det står inte hur det berättades. Välj ett av alternativen.
oral-no-day = Dagen saknas, ligger framåt i tiden eller före droppens första dag. Skriv den som 2026-11-30.
oral-no-organisation = Organisationen finns inte i rostern. Välj en annan.
oral-closed = Organisationen har färre än två mottagare vars nycklar går att använda. Gör en ny roster innan du registrerar rapporten; skriv ner den på papper så länge.
oral-too-few = Det blir färre än två mottagare kvar. Ta med någon av dem, eller lämna rapporten till en annan kanal.
oral-not-a-reader = Du tar inte emot den här organisationens rapporter. Låt någon som gör det registrera den.
oral-no-memory = Datorns minne räcker inte för att räkna fram nycklar ur kodnamnet. Stäng andra program och försök igen.
note-approved = Uppgiftslämnaren godkänner det nedskrivna
note-disputed = Uppgiftslämnaren godkänner inte det nedskrivna
note-remark = Anteckning
note-tags = Etiketter
note-within = Hör till kanalen
note-outside = Hör inte till kanalen
note-impartial = Inte jävig
note-partial = Jävig
note-assigned = Handläggs av { $name }
note-disclosure = Utlämnande av uppgiftslämnarens identitet
note-closed = Beslut att avsluta
note-reopened = Beslut att öppna igen
note-junk = Skräp
note-no-junk = Inte skräp
note-kept-on = Bevaras tills vidare
note-archived = Arkiverat
note-erased = Ska gallras
mark-organisation = [organisation]
mark-received = [mottagen]
mark-feedback = [återkoppling senast]
template-acknowledgement =
    Tack för din rapport om [organisation]. Den togs emot [mottagen].

    Vi läser den och bestämmer hur vi går vidare. Här får du veta vad som görs, och varför, senast [återkoppling senast]. Vi kan ha frågor innan dess: titta in här ungefär en gång i veckan.
template-question =
    Tack för din rapport om [organisation]. För att komma vidare behöver vi veta:

    1.

    Svara bara på det som du kan svara på utan risk. Skriv inget som visar vem du är, om du inte vill att vi ska veta det.
template-feedback =
    Du rapporterade [mottagen] om [organisation]. Det här har gjorts, och därför:



    Så går vi vidare:



    Skriv här om något är fel, eller om du vet mer.
template-closing =
    Ärendet som du rapporterade [mottagen] om [organisation] är avslutat. Det här blev resultatet, och därför:



    Du kan fortfarande skriva här. Om du inte är nöjd kan du också rapportera till den ansvariga myndigheten.
skip-thread-gone = uppgiftslämnarens inkorg har raderats
skip-not-addressee = du hör inte, eller inte längre, till dem som får svara
skip-number-taken = ett annat brev från dig har redan dess nummer. Ändra brevet och signera det igen, så får det ett nytt nummer

## Det som uppgiftslämnaren har förseglat själv
nested-secret-key = Det här är en hemlig nyckel, inget meddelande. Sprid den inte: skriv till uppgiftslämnaren att andra har sett nyckeln och att den måste bytas.
nested-not-sealed = Det här är inget förseglat OpenPGP-meddelande. Det kan vara ett cert, en signatur eller något annat. Spara filen som den är.
nested-not-for-us = Det här är förseglat till någon annan eller med ett lösenord, och ingen av dina nycklar öppnar det. Fråga dem som också läser ärendet, eller be uppgiftslämnaren att försegla det till ditt cert.
nested-unusual = Det här är förseglat på ett sätt som desken inte öppnar: i flera lager, eller med en metod som få program har. Spara det som det är och öppna det med ett OpenPGP-program på en dator utan nätverk, eller be uppgiftslämnaren att försegla det på vanligt sätt.
nested-damaged = Det här är ändrat, avkortat eller skadat, så inget av det visas eller sparas. Be uppgiftslämnaren att försegla och skicka det en gång till.
nested-too-large = Det här skulle bli mer än { $most } byte när det packas upp, så inget av det sparas. Be uppgiftslämnaren att dela upp det.
nested-again = I det finns ett förseglat meddelande till. Desken öppnar bara ett lager: spara det som fil och öppna det med ett OpenPGP-program på en dator utan nätverk.
nested-long = Texten är längre än { $most } byte och visas därför inte här. Spara den som fil.
nested-no-text = Det som finns i det är ingen text. Spara det som fil.
voucher-unsigned = Det är inte signerat. Att det kom med uppgiftslämnarens meddelande är allt som är känt om vem som skrev det.
voucher-stranger = Det är signerat, men ingen går i god för signaturen: den är inte gjord med uppgiftslämnarens cert.
voucher-source = Det är signerat med uppgiftslämnarens cert.

## Kommandon
usage-none = Det finns inget sådant kommando eller val: { $what }. «sluss-desk --help» visar dem.
usage-missing = Något saknas efter «{ $what }». «sluss-desk --help» visar vad.
usage-wrong = Det här går inte att använda: { $what }. «sluss-desk --help» visar vad som går.
usage-passphrase = Det här behöver din lösenfras. Lägg till --passphrase-file FIL, eller --passphrase-file - för att skriva den på standard in.
cli-key = Ditt fingeravtryck: { $fingerprint } ({ $kind })
cli-written = Skrivet: { $file }
cli-roster-head = Roster { $version } från { $day }, digest { $digest }
cli-roster-signatures = Signaturer: { $have } av { $need }
cli-roster-complete = Den har alla sina signaturer och kan tas i bruk.
cli-roster-look = Inget är signerat ännu. Jämför fingeravtrycken per telefon, lägg sedan till --yes.
cli-roster-used = Används vid den här desken från och med nu.
cli-person = { $id }: { $name }, { $firm }, { $role }, { $kind }
cli-organisation = { $id }: { $name }; läses av { $recipients }
cli-no-cases = Det finns inga ärenden.
cli-letter-written = Skrivet. Det går med nästa returbunt.
cli-sealed = «{ $name }» har uppgiftslämnaren förseglat själv. «sluss-desk save --unseal» öppnar det.
cli-open-page = Sidan finns på adressen ovan; den fungerar en gång. Ctrl-C avslutar desken.
browser-no-memory = Ingen mapp här ligger i minnet, så ingen webbläsare öppnades: den skulle skriva till disken. Öppna adressen i ett privat fönster i en webbläsare.
browser-not-opened = Ingen webbläsare öppnades ({ $why }). Öppna adressen i ett privat fönster i en webbläsare.
face-no-port = Sidan kan inte lyssna på 127.0.0.1:{ $port } ({ $why }). Välj en annan port, eller ingen.
face-not-confined = Skrivbordet kan inte avsäga sig nätet och andra program: { $why }. Kör det på en kärna med seccomp, som Debians; ingenting öppnades.

## Ord
fingerprint-words = Fingeravtryckets { $count } ord: { $words }
kind-post-quantum = postkvant
kind-classic = klassisk
role-investigator = utredare
role-reserve = reserv
state-new = nytt
state-open = öppet
state-closed = avslutat
letter-acknowledgement = Mottagningsbekräftelse
letter-question = Fråga
letter-feedback = Återkoppling
letter-closing = Avslutande brev
letter-theirs = från droppen
letter-waiting = väntar på nästa returbunt
letter-carried = i en returbunt; droppen har inte bekräftat det ännu
letter-delivered = lämnat till droppen, som bekräftade det { $day }
letter-again = lämnat till droppen, som bekräftade det { $day } och har återställts sedan dess; det går ut en gång till
letter-skipped = inte levererat: { $why }
submission-report = Rapport
submission-message = Meddelande { $number }
next-acknowledge = bekräfta senast { $day }
next-feedback = återkoppla senast { $day }
next-decide = bevara, arkivera eller gallra: besluta senast { $day }
next-erase = gallra det, som beslutades { $day }
next-none = inget väntar
next-written = { $step }: skrivet, { $where }
due-over = { $days ->
    [one] en dag försenat
   *[other] { $days } dagar försenat
 }
due-left = { $days ->
    [0] i dag
    [one] en dag kvar
   *[other] { $days } dagar kvar
 }

## Vad som kom och vad som går
intake-head = Bunt { $number } från { $day } är inläst. Nu kan stickan dras ut.
intake-new = Nya rapporter och meddelanden: { $new }. Fanns redan: { $known }. Nya brev från andra: { $letters }.
intake-more = Droppen gjorde en bunt till samtidigt. Öppna den också.
intake-missing = De här tidigare buntarna har aldrig öppnats här: { $numbers }. Be att de görs om ifall deras stickor är borta.
intake-restored = Droppens lager har återställts från en säkerhetskopia. Kvitton och brev går ut en gång till med nästa returbunt.
intake-newer-roster = Droppen använder en nyare roster än den här desken. Be en kollega om den och ta den i bruk.
intake-clock = Bunten är daterad efter i dag enligt datorns klocka ({ $today }). Ställ klockan om den går fel: dagarna för frister beror på den.
intake-done = Droppen har tagit emot { $count ->
    [one] en returbunt.
   *[other] { $count } returbuntar.
 }
intake-skipped = Brevet { $digest } levererades inte: { $why }.
intake-refused = { $digest } lades åt sidan: { $why }. Den är sparad, och droppen behåller den också. Säg till driften.
made-head = Returbunten finns i { $file }. Nu kan stickan dras ut.
heard-head = Anteckningarna från { $name } är inlästa. Nu kan stickan dras ut.
heard-what = Nya: { $new }. Fanns redan: { $known }.
heard-closed = { $count ->
    [one] En anteckning går inte att öppna här: den skrevs innan du fick läsa ärendet.
   *[other] { $count } anteckningar går inte att öppna här: de skrevs innan du fick läsa ärendena.
 }
shared-head = Bunten till { $name } finns i { $file }. Nu kan stickan dras ut.
shared-what = { $notes ->
    [one] Den har en anteckning. Bara { $name } kan öppna den.
   *[other] Den har { $notes } anteckningar. Bara { $name } kan öppna den.
 }
parcel = { $letters ->
    [one] ett brev
   *[other] { $letters } brev
 }, { $receipts ->
    [one] ett kvitto
   *[other] { $receipts } kvitton
 } och { $numbers ->
    [one] en bekräftelse av en bunt
   *[other] { $numbers } bekräftelser av buntar
 }
made-what = Den har med sig { $parcel }.
made-inboxes = { $count ->
    [one] Den öppnar en inkorg för någon som berättade muntligt.
   *[other] Den öppnar { $count } inkorgar för dem som berättade muntligt.
 }
made-roster = Den har med sig rostern också.
saved-head = Sparad, { $size } byte, oförseglad, i { $file }. Öppna den inte på en dator som används till annat, och radera den när du är klar.

## Akten
casefile-site = Akt
casefile-of = Som den var { $day }.
casefile-guide = Så kontrolleras akten. Öppna en terminal i mappen där den här filen ligger.
casefile-sums = Inget har ändrats eller tagits bort av misstag sedan akten gjordes, om varje rad slutar med "OK". Den som ändrar något med flit kan göra om listan också: mot det hjälper bara underskrifterna nedan.
casefile-chain = Varje brev och anteckning skrevs under tillsammans med kontrollsummorna för det som skribenten hade läst ("seen") och för skribentens förra ("previous"). De summorna står i samma lista, vid de förseglade delarna; en som saknas där hör till något som har tagits bort. Ett brev nämner inga anteckningar, och inget nämner fler än 150 delar.
casefile-writers = Vem som skrev breven och anteckningarna:
casefile-good = GnuPG ska svara "Good signature" varje gång. Det varnar också för att ingen går i god för nyckeln: jämför fingeravtrycket med ett som du har från annat håll, till exempel organisationens sida.
casefile-source = Från sitt andra meddelande skriver uppgiftslämnaren under. sqv ska svara med ett fingeravtryck varje gång, alltid samma:
casefile-members = Kontrollsummorna för texten, certet och filerna ska vara de som står i { $manifest } bredvid.
casefile-page = { $page } är till för att läsas, och ingen har skrivit under den: det som gäller är texten som gpg skriver ut av brev och anteckningar, och uppgiftslämnarens text, cert och filer med rätt kontrollsummor. Jämför dem med sidan.

## Sidan
site = Sluss desk
skip = Till innehållet
lang-other = English
demo-banner = Rostern är för att prova. Riktiga rapporter hör inte hemma här.
footer = Desken når inget nätverk. Den låser sig själv efter tio minuter utan klick, och avslutas när fönstret stängs.
back = Tillbaka
nav-today = I dag
nav-cases = Ärenden
nav-exchange = In och ut
nav-register = Register
nav-roster = Roster
nav-key = Din TSK
lock = Lås
done = Klart.
trouble = Det gick inte.
note = Observera.
form-old = Formuläret är från innan desken startades, eller från en annan sida. Det du skrev finns kvar: titta på det och skicka det en gång till.
form-damaged = Formuläret kom inte fram helt. Gå tillbaka och skicka det igen.
form-long = Texten är alldeles för lång för att läsas. Gå tillbaka och korta ner den.

door-title = Den här sidan är stängd
door-used = Adressen fungerar en gång, i webbläsaren som öppnade den först. Avsluta sluss-desk och starta om för en ny adress.
door-foreign = En annan sida ledde hit, eller så är adressen inte deskens egen. Öppna adressen som sluss-desk skrev ut.
lost-title = Det finns ingen sådan sida
lost = Länken är gammal eller felskriven. Gå tillbaka till ärendena.
failed-title = Sidan kunde inte göras
failed = Den är för lång för att visas, eller så gick något fel i desken. Gå tillbaka; använd «sluss-desk show» i en terminal om det händer igen.

unlock-title = Lås upp desken
unlock-who = TSK: { $fingerprint }
passphrase = Lösenfras
unlock = Lås upp
unlock-hint = Det tar några sekunder: det är det som gör gissningar långsamma.
locked-back = Det som någon hade börjat skriva här går att se genom att gå tillbaka tills webbläsaren stängs. Stäng den när du går.

start-title = Din TSK
start-lead = En TSK är ditt cert tillsammans med dess hemliga nycklar: den öppnar det som är förseglat till dig och signerar det du skriver. Desken har ingen ännu. Gör en, eller läs in en som du har. Den ligger i boken, låst av din lösenfras. Om den eller lösenfrasen går förlorad kan bara reserven öppna dina ärenden.
make-title = Gör en TSK
name = Ditt namn
name-hint = Så som det ska stå i rostern.
kind = Slag
kind-post-quantum-hint = Postkvant (det vi råder till): det som förseglas till den står emot en kvantdator, så vitt man vet.
kind-classic-hint = Klassisk: även GnuPG öppnar det som förseglas till den, men en kvantdator kan kanske göra det en dag.
passphrase-hint = Minst { $least } tecken; sex slumpade ord är bra. Ingen kan återställa den.
passphrase-again = Lösenfrasen en gång till
make = Gör TSK:n
load-title = Läs in en TSK
load-hint = En fil med en TSK som är låst av en lösenfras: en säkerhetskopia, eller en som exporterats ur GnuPG.
backup-text = Eller texten från papperet
backup-text-hint = Läs av koderna i ordning med en skanner som kopplas in som ett tangentbord, eller skriv av raderna. Då behövs ingen sökväg.
path-file = Filens sökväg
load = Läs in TSK:n

key-title = Din TSK
key-fingerprint = Fingeravtryck
key-user = Användar-id
key-expires = Kan användas till och med
key-compare = Läs fingeravtrycket för de andra per telefon innan de tar med ditt cert i en roster.
words-hint = Fingeravtryckets ord säger samma sak som dess siffror och är lättare att läsa upp. De blir lika för er båda när era sidor är på samma språk. De är inget kodnamn och inte hemliga.
renew-title = Förnya
renew-hint = Gör en ny nyckel med samma lösenfras. Exportera dess cert och låt nästa roster nämna det: då kommer den i bruk. Den gamla nyckeln fortsätter att öppna det som förseglats till den.
renew = Gör en ny nyckel
renewed = Den nya nyckeln ligger i boken. Exportera dess cert till nästa roster.
key-pending = Förnyad, ännu inte i någon roster
cert-title = Exportera ditt cert
cert-hint = De andra behöver det till rostern. Det är inte hemligt.
path-to = Mapp, eller sökväg till en ny fil
export = Exportera
key-drilled = Säkerhetskopia senast prövad
key-never-drilled = aldrig
backup-title = Säkerhetskopiera
backup-hint = Kopian är din TSK som den ligger i boken, låst av bara lösenfrasen: den som har båda kan läsa och skriva i ditt namn. Lägg den i ett lås, och lösenfrasen någon annanstans. Ärendena finns inte i den: ta också kopior av hela deskens mapp.
backup-paper = Skriv ut på papper
drill-title = Pröva säkerhetskopian
drill-hint = Desken läser kopian, öppnar den med lösenfrasen och jämför den med din TSK. Ingen nyckel ändras. Gör det när kopian är ny, och sedan en gång om året.
drill-file-hint = Filen på stickan, där säkerhetskopian ligger.
drill = Pröva
drilled = Säkerhetskopian går att öppna och är hel. Det är din nyaste TSK.
paper-title = Din TSK på papper
paper-hint = Det här är en TSK, låst av bara sin lösenfras. Skriv aldrig lösenfrasen på papperet, och förvara den någon annanstans: den som har båda kan läsa och skriva i ägarens namn.
paper-print = Skriv ut från webbläsarens meny, på en skrivare som sitter i en kabel och inte på ett nätverk. Skrivaren kan minnas det den har skrivit ut.
paper-use = Så används papperet
paper-use-hint = Starta sluss-desk med en tom bok och välj att läsa in en TSK. Läs av koderna i ordning, eller skriv av raderna, och skriv lösenfrasen. Jämför sedan fingeravtrycket. Pröva papperet på samma sätt på sidan Din TSK.
paper-codes = Koder
paper-code = Kod { $number } av { $count }
paper-text = Samma sak som text
gpg-title = Exportera din TSK för GnuPG
gpg-hint = För att öppna rapporter med gpg och unzip när programmet inte kan användas. Filen är låst av samma lösenfras.
exported = Exporterat till { $file }.

today-title = I dag
today-late = Försenat
today-today = Senast i dag
today-week = Inom en vecka
today-month = Inom en månad
today-unanswered = Uppgiftslämnaren väntar på svar
today-under-way = Skrivet, på väg till droppen
today-told = Återkopplat, kan avslutas
today-nothing = Inget behöver göras den närmaste månaden.
today-more = Och { $count } till: se alla ärenden.
today-all = Alla ärenden
today-never-drilled = Ingen säkerhetskopia av din TSK har prövats här. Om den enda går förlorad kan bara reserven öppna dina ärenden.
today-drill = Säkerhetskopiera och pröva
ending-own = Ditt cert kan användas till och med { $day }. Förnya din TSK på sidan Din TSK, och låt nästa roster nämna det nya certet.
ending-person = Certet för { $name } kan användas till och med { $day }. Be om ett nytt, och låt nästa roster nämna det.
ending-drop = Droppens cert kan användas till och med { $day }. Säg till driften: för ett nytt läggs en ny drop.

cases-title = Ärenden
cases-today = I dag är det { $day } enligt datorns klocka.
cases-none = Det finns inga ärenden ännu. Öppna en bunt.
cases-none-left = Det finns inget ärende kvar att visa: alla är gömda som skräp eller gallrade.
cases-no-roster = Det finns ingen roster ännu: öppna en roster som alla har signerat och ta den i bruk.
cases-newest = Den senaste bunten är från { $day }.
cases-stale = Den senaste bunten är från { $day }, för { $days } dagar sedan. Hämta en ny: rapporter kan vänta, och ingen får veta det utifrån.
cases-unsent = Väntar på en returbunt, eller på att droppen bekräftar den: { $parcel }.
cases-set-aside = { $count ->
    [one] En sak lades åt sidan för att den motsäger det som är känt, eller inte går att öppna:
   *[other] { $count } saker lades åt sidan för att de motsäger det som är känt, eller inte går att öppna:
 }
column-case = Ärende
column-organisation = Organisation
column-state = Läge
column-next = Härnäst
column-received = Mottaget
unanswered = inte besvarat
urgent = någon är i fara
page-number = Sida { $page } av { $pages }
page-earlier = Föregående sida
page-later = Nästa sida

column-handler = Handläggs av
cases-junk = { $count ->
    [one] Ett ärende är gömt som skräp
   *[other] { $count } ärenden är gömda som skräp
 }
cases-junk-title = Gömda ärenden
cases-junk-none = Inget ärende är gömt som skräp.
column-tick = Kryss
mark-junk-what = Många ärenden kan markeras som skräp på en gång: kryssa i dem och ge ett skäl. Rutan saknas där någon har skrivit ett brev eller en anteckning; de ärendena markeras ett och ett.
mark-shown-what = Många ärenden kan visas igen på en gång: kryssa i dem och ge ett skäl.
mark-go = Till skälet
mark-reason = Skäl
mark-reason-hint = Du signerar det som en anteckning i varje ikryssat ärende.
mark-junk = Markera som skräp
mark-shown = Inte skräp: visa igen
mark-all = Kryssa i alla i listan
mark-all-hint = Listan får då upp till { $most } ärenden. Det kryssas inte i där någon sägs vara i fara, där uppgiftslämnaren har skrivit mer än en gång eller där texten inte syns i listan. Titta igenom de andra innan du går vidare.
marked-junk = { $count ->
    [one] Ett ärende är gömt som skräp.
   *[other] { $count } ärenden är gömda som skräp.
 }
marked-undo = Inget har raderats. Ångra genom att kryssa i dem bland de gömda ärendena, eller anteckna «Inte skräp» i ett ärende.
marked-shown = { $count ->
    [one] Ett ärende visas igen.
   *[other] { $count } ärenden visas igen.
 }
marked-left = { $count ->
    [one] Ett ärende lämnades som det var ({ $numbers }): { $why }
   *[other] { $count } ärenden lämnades som de var ({ $numbers }): { $why }
 }
search-title = Sök ärenden
search-words = Ord att söka efter
search-hint = De ärenden hittas där varje ord står: i rapporter, brev, anteckningar och beslut, etiketter, namn på filer, på organisationen och på dem som skrev eller handlägger, eller i numret.
search = Sök
search-found = Hittade ärenden: { $count }.
search-more = Bara de första { $most } visas. Sök på fler ord.

register-title = Register
register-what = Det här får organisationen ta del av, till exempel för sitt diarium. Här står dagar och beslut, men inget om vem som skrev, om vad eller vem som handlägger.
register-of = Enligt det som fanns på den här datorn { $day }. Det som är gömt som skräp är inte med, och inte heller rapporter som du inte får läsa.
register-none = Det finns inga rapporter.
register-matter = Visselblåsning
register-declined = avböjd
register-save = Spara som fil
register-save-hint = Filen kan öppnas i ett kalkylprogram. Den är inte förseglad.
column-matter = Ärendemening
column-acknowledged = Bekräftat
column-feedback = Återkopplat
column-scope = Rätt kanal
column-closed = Avslutat
column-kept-until = Gallras eller arkiveras senast
column-erased = Gallrat
register-within = ja
register-outside = nej, hör inte hit
figures-title = Siffror per år
figures-what = Rapporterna räknas efter dagen då de kom. Tal under { $few } visas inte, och inte heller tal som de kan räknas ut ur, så att ingen enskild rapport går att urskilja.
figures-year = År { $year }
figures-hidden = visas inte
figures-received = Rapporter
figures-within = som kanalen är till för
figures-outside = som kanalen inte är till för
figures-undecided = som ingen har bedömt ännu
figures-acknowledged = bekräftade i tid
figures-acknowledged-late = inte bekräftade i tid
figures-acknowledged-not-due = där ingen bekräftelse krävs ännu eller den avböjdes
figures-feedback = återkopplade i tid
figures-feedback-late = inte återkopplade i tid
figures-feedback-not-due = där återkoppling inte krävs ännu
figures-closed = avslutade
figures-open = inte avslutade

casefile-title = Lämna över ärendet
casefile-what = Sparar ärendet som en mapp som andra kan läsa och kontrollera utan det här programmet: en sida att skriva ut, varje meddelande med sina filer, varje brev och anteckning med sin underskrift, och hur allt kontrolleras. Inget i mappen är förseglat, och där står vem som skrev anteckningarna: lämna den bara till den som får läsa ärendet.
casefile-to = Spara till: mapp, eller sökväg till en ny mapp
casefile-save = Spara akten
casefile-saved = Sparad oförseglad i { $folder }. Öppna { $page } där för att skriva ut den, och radera mappen när den är överlämnad.

case-title = Ärende { $number }
case-received = Mottaget
case-acknowledged = Bekräftat
case-acknowledge-by = Bekräfta senast
case-feedback = Återkoppling
case-feedback-by = Återkoppla senast
case-source = Uppgiftslämnarens fingeravtryck
case-readers = Kan läsas av
case-left-out = Får inte läsa, enligt uppgiftslämnaren
case-rolled = Om lördagar, söndagar och helger flyttar den sista dagen är oklart. I så fall är den för återkopplingen { $day }.
case-foreign-roster = Något här förseglades enligt en roster som den här desken inte känner till. Antingen har droppen en nyare, eller så har någon gett den en annan. Hämta den nyaste rostern hos en kollega, och jämför dess kontrollsumma, innan du svarar.
case-assigned = Handläggs av
case-scope = Bedömning
case-tags = Etiketter
case-fate = Bevaras eller gallras
case-impartial = Jävsprövning
not-yet = inte ännu
case-declined = uppgiftslämnaren ville inte ha någon
case-classic = Ett av certen som ärendet är förseglat till är klassiskt. Det som förseglas till dem alla står inte emot en kvantdator.
no-text = (ingen text)
text-cut = Texten är längre än vad som visas här. Spara report.txt för att läsa allt.
answers = Svar på formulärets frågor
asked-told = Hur det berättades
asked-ongoing = Pågår det fortfarande?
asked-relation = Hur uppgiftslämnaren hör ihop med organisationen
asked-urgent = Någon är i fara just nu
asked-meeting = Vill ha ett möte
asked-declined = Vill inte ha någon bekräftelse
asked-keep-original = Originalfilerna ska inte visas utanför utredningen
asked-clean-copy = Hellre en avskrift av filernas innehåll än filerna själva
answer-telephone = I telefon
answer-meeting = På ett möte
answer-otherwise = På annat sätt
answer-yes = Ja
answer-no = Nej
answer-unsure = Vet inte
answer-works-there = Arbetar där
answer-worked-there = Har arbetat där
answer-contractor = Konsult eller leverantör
answer-other = Annat
answer-unsaid = Vill inte säga
source-language = Vill ha svar på { $language }
language-sv = svenska
language-en = engelska
files = Filer
tells = Vad filen avslöjar
tells-what = Det här står i filen utöver det som syns i den. Den som får filen kan läsa det.
tells-nothing = Desken hittar ingenting i filen utöver det som syns i den.
tells-more = Det finns mer än som visas här.
tells-hint = Att inget hittas betyder inte att inget finns: vattenmärken, skrivarprickar, ordval och det som bilderna visar syns inte här.
clean-save = Spara en rensad kopia
clean-what = En rensad kopia är utan upphov, tider, platser och annat som filen avslöjar. Den fungerar för JPEG, PDF, docx, xlsx och pptx. Originalet ligger kvar förseglat.
files-warning = Desken öppnar aldrig filer. De kan innehålla program, makron, länkar eller spår, så fråga gärna uppgiftslämnaren i ett brev vad de är. Spara dem bara på en dator utan nätverk, och aldrig på en som används till annat. Läs inte av någon QR-kod från dem med en telefon: länken i den berättar för den som gjorde den att någon läser här.
file = Fil
file-size = { $name } ({ $size } byte)
save-to = Spara till: mapp, eller sökväg till en ny fil
save = Spara oförseglad
sealed-mark = Uppgiftslämnaren har förseglat det här själv.
sealed-files = Uppgiftslämnaren har, av namnen att döma, själv förseglat: { $names }
sealed-raw = Texten som den kom
sealed-open = Öppna texten
sealed-title = Förseglat av uppgiftslämnaren
sealed-once = Bara ett lager öppnas. Inget av det öppnas av sig självt.
unseal = Öppna och spara oförseglad
hole = Ett brev före det här saknas här.
from-writer = { $kind } från { $name }
case-record = Det nedskrivna
record-unchecked = Uppgiftslämnaren har inte kontrollerat det ännu
codename-held = Kodnamnet till ärendet är inte överlämnat. Det försvinner när desken låser sig.
codename-show = Visa kodnamnet
note-by = { $name }: { $matter }
unknown-writer = någon som inte längre finns i rostern

letter-title = Skriv till uppgiftslämnaren
letter-kind = Slags brev
letter-text = Text
letter-hint = Högst { $most } byte, ungefär { $words } ord. Du signerar det. Uppgiftslämnaren, du och de andra som läser ärendet kan öppna det. Skriv inget som pekar ut uppgiftslämnaren eller andra.
letter-send = Signera och spara
letter-kept = Brevet är signerat och sparat. Det går med nästa returbunt.
letter-change = Ändra brevet
letter-withdraw = Ta tillbaka brevet
letter-withdraw-hint = Uppgiftslämnaren har inte sett brevet. Texten raderas.
letter-withdrawn = Brevet är tillbakataget. Det går inte ut.
letter-acknowledgement-hint = Mottagningsbekräftelse: rapporten har tagits emot
letter-question-hint = Fråga: något behöver vi veta
letter-feedback-hint = Återkoppling: vad som görs, och varför
letter-closing-hint = Avslut: ärendet avslutas, med återkoppling eller skälet till att det inte finns någon
letter-preview = Visa som uppgiftslämnaren ser det
letter-template = Infoga en mall
letter-write-on = Skriv vidare
preview-title = Så ser uppgiftslämnaren det
preview-what = Inget är signerat ännu. Så här kommer brevet att se ut på uppgiftslämnarens sida.

templates-title = Mallar för brev
templates-what = Så börjar breven. En mall fylls i när du infogar den, och det som blir av den går att ändra fritt.
templates-change = Ändra mallarna
template-language = Språk
template-all = Alla organisationer
template-show = Visa den här mallen
template-hint = Det här byts ut mot det som står i ärendet: { $marks }. Lämna texten tom för att gå tillbaka till mallen för alla organisationer, eller till Sluss egen.
template-keep = Spara mallen
template-kept = Mallen är sparad.

note-title = Anteckna eller besluta
note-matter = Vad det gäller
note-remark-hint = Anteckning: något värt att minnas
note-tags-hint = Etiketter: ord som ärendet går att hitta på, med komma emellan. De ersätter dem som fanns
note-within-hint = Hör till kanalen: rapporten är en sådan som kanalen är till för
note-outside-hint = Hör inte till kanalen: varför, och vart uppgiftslämnaren hänvisas
note-impartial-hint = Inte jävig: jag har prövat om jag är det
note-partial-hint = Jävig: varför jag inte bör handlägga ärendet
note-assigned-hint = Handläggare: den som väljs nedan handlägger ärendet
note-disclosure-hint = Utlämnande: vem som får veta vem uppgiftslämnaren är, varför, och hur uppgiftslämnaren fick veta det innan
note-closed-hint = Avsluta ärendet, med skälet
note-reopened-hint = Öppna ärendet igen, med skälet
note-junk-hint = Skräp: ärendet göms, med skälet; inget raderas
note-no-junk-hint = Inte skräp: ärendet visas igen
note-approved-hint = Det nedskrivna är godkänt: uppgiftslämnaren har kontrollerat det. Skriv hur, till exempel uppläst i telefon eller underskrivet
note-disputed-hint = Det nedskrivna är inte godkänt: vad uppgiftslämnaren vill ha rättat
note-kept-on-hint = Bevaras tills vidare: det är en allmän handling som ingen har beslutat om, eller behövs i ett rättsligt förfarande
note-archived-hint = Arkiverat: det har lämnats över till ett arkiv och får gallras här
note-erased-hint = Ska gallras. Skälet blir kvar när resten är borta: nämn ingen i det, och upprepa inget ur rapporten
note-person = Handläggare, om det är det som antecknas
note-hint = Du signerar det. De andra som läser ärendet kan öppna det, uppgiftslämnaren inte. Det kan inte ändras sedan, bara följas av en ny anteckning.
note-kept = Anteckningen är signerad och sparad.
note-hole = En anteckning före den här saknas här.
note-among-us = Utredarnas egen anteckning: uppgiftslämnaren ser den inte.
erase-title = Gallra ärendet
erase-decided = { $matter }: beslutat av { $name } { $day }
erase-what = Ärendets alla meddelanden, filer, brev och anteckningar lämnar den här desken och går inte att få tillbaka. Kvar blir raden i registret, och beslutet med sitt skäl. Kollegors deskar, sparade akter, stickor och kopior av deskens mapp har kvar det de har: de gallras var för sig.
erase-sure = Det som måste bevaras finns bevarat på annat håll
erase-do = Gallra från den här desken
erase-not-sure = Rutan var inte ikryssad, så inget har gallrats. Kryssa i den om det som måste bevaras finns bevarat på annat håll.
erase-done = Ärendet är gallrat från den här desken.
erased-title = Gallrade ärenden
erased-what = Det som har gallrats från den här desken, och varför.
erased-none = Inget ärende har gallrats.
erased-case = Ärende { $number }, gallrat { $day }

exchange-title = In och ut
open-title = Öppna en bunt
open-hint = En bunt som droppen eller en kollega har gjort åt dig. Den läses från stickan och sparas förseglad i boken.
open-found = Hittade på stickor
open-other = Eller dess sökväg
open = Öppna
return-title = Gör en returbunt
return-hint = Den bär brev och kvitton till droppen. Allt i den går ut igen tills en utgående bunt bekräftar det.
return-waiting = Att skicka: { $parcel }.
return-roster = Ta med rostern, så att droppen kan använda den
return = Gör bunten

work-title = Desken arbetar
work-hint = Du kan fortsätta när det är klart. Om du avbryter, eller låser desken, går inget förlorat: det som återstår kan göras senare.
work-stop = Avbryt
work-percent = { $percent } % är klart.
work-ended = Fortsätt

share-title = Anteckningar till en kollega
share-hint = Alla anteckningar i de ärenden som kollegan får läsa, på en sticka till kollegans desk. Droppen får aldrig se dem.
share-colleague = Kollega
share = Gör bunten till kollegan

roster-title = Roster
roster-in-use = I bruk
roster-digest = Digest
roster-drop = Droppens cert
roster-people = Personer
roster-organisations = Organisationer
roster-held = Har kvar nyckeln till ett tidigare cert: { $fingerprint }
roster-sooner = Lovar bekräftelse inom { $days ->
        [one] en dag
       *[other] { $days } dagar
    } och återkoppling inom { $months ->
        [one] en månad
       *[other] { $months } månader
    }.
column-name = Namn
column-role = Roll
column-fingerprint = Fingeravtryck
column-readers = Kan läsas av
look-title = Titta på en rosterfil
look-hint = Innan den signeras eller tas i bruk.
look = Titta
looked-title = En roster att bedöma
looked-file = Fil
sign-hint = Jämför varje fingeravtryck med dess ägare per telefon. Den som signerar svarar för vem som läser rapporter.
sign = Signera den
signed = Signerad. Filen { $file } har { $have } av { $need } signaturer.
use = Ta i bruk
used = Roster { $version } används vid den här desken.
draw-title = Gör en roster
draw-hint = Av en beskrivning (se «sluss-desk --help») och droppens kort, eller av rostern som används. Då har ingen signerat den.
draw-description = Beskrivningens sökväg
draw-card = Sökväg till droppens kort, drop.json
draw-card-hint = Kan lämnas tomt för en senare utgåva.
draw = Gör rostern
drawn = Gjord i { $file }. Låt alla titta på den och signera den.

## Det som berättas muntligt
oral-title = Registrera en muntlig rapport
oral-what = För det som någon har berättat för dig i telefon eller på ett möte. Skriv ner det, läs upp det för den som berättade och rätta det tillsammans. Rapporten förseglas sedan till mottagarna som alla andra, och den som berättade får ett kodnamn till en egen inkorg.
oral-consent = Spela bara in samtalet om den som berättar har sagt ja till det.
oral-day = Dagen då det berättades
oral-day-hint = Fristerna räknas från den. Skriv den som 2026-11-30.
oral-language = Språk för svaren och kodnamnet
oral-excluded = Vem som inte får se rapporten
oral-excluded-hint = Fråga om någon av dem är inblandad. Du själv och reserven läser den alltid.
oral-text = Vad som berättades
oral-text-hint = Högst { $most } byte, ungefär { $words } ord. Ta bara med det som behövs, och den berättandes namn bara om personen vill det.
oral-acknowledged = Den som berättade har fått veta att rapporten är mottagen
oral-keep = Registrera och visa kodnamnet
codename-title = Kodnamnet till ärende { $number }
codename-once = Det visas tills du trycker på knappen eller desken låser sig. Sedan kan ingen ta fram det igen.
codename-how = Läs upp de sju orden för den som berättade, eller skriv dem på ett papper som personen får. Behåll ingen kopia, och fråga aldrig efter dem.
codename-where = Inkorgen öppnas när nästa returbunt har kommit till droppen. Personen når den i Tor Browser:
codename-handed = Personen har kodnamnet
codename-forgotten = Desken har glömt kodnamnet.
codename-gone = Kodnamnet visas inte längre: någon har tryckt på att det är överlämnat, eller så har desken låsts. Har personen det inte går inkorgen inte att nå. Berätta det i så fall för personen, och kom överens om hur ni hörs i stället.
