## Ram

language-name = Svenska
site = Visselblåsning
skip = Till innehållet
nav-label = Sidor
nav-inbox = Inkorg
sign-out = Logga ut
footer-leave = Behöver du lämna sidan snabbt: stäng hela Tor Browser. Då glömmer den vad du har gjort.
banner-without-tor = Du är inte anonym här. Sidan visas utan Tor, bara för att prova. Skicka inget på riktigt.
banner-demo = Det här är en demonstration. Ingen tar hand om det du skickar.
box-note = Bra att veta
box-warning = Tänk på
box-error = Något gick fel
box-done = Klart
to-start = Till startsidan
date = { $day } { $month ->
    [1] januari
    [2] februari
    [3] mars
    [4] april
    [5] maj
    [6] juni
    [7] juli
    [8] augusti
    [9] september
    [10] oktober
    [11] november
   *[12] december
} { $year }

## Hitta organisationen

find-title = Vem gäller det?
find-intro = Här kan du berätta om missförhållanden utan att säga vem du är. Välj den organisation som det gäller.
find-list = Organisationer
find-letters = Bokstäver
find-more = Visa fler
find-back = Har du redan skickat en rapport?
find-inbox = Öppna inkorgen med ditt kodnamn

## Organisationens sida

home-title = Berätta om missförhållanden: { $organisation }
home-intro = Det här är den interna rapporteringskanalen för { $organisation }. Oberoende utredare läser rapporterna. Du behöver inte säga vem du är, och du kan få svar utan att göra det.
home-report = Skriv en rapport
home-inbox = Öppna inkorgen

home-before = Innan du börjar
before-device = Använd din egen dator eller telefon, inte arbetsgivarens. Arbetsgivaren kan se vad som görs, skrivs ut och öppnas där.
before-network = Använd ett nät som inte är arbetsgivarens, och inte heller dess VPN eller konton.
before-history = Läste du om tjänsten i en vanlig webbläsare? Den minns vilka sidor du har öppnat. Rensa historiken.
before-files = Filer kan berätta vem du är: namn på den som skrev, spårade ändringar, plats i bilder, gula punkter från skrivaren, vattenmärken. Skicka inte det som bara du har haft tillgång till, om du inte måste.
before-few = Tänk efter hur många som känner till det du berättar. Är ni få kan innehållet peka ut dig.
before-style = Skriv enkelt. Undvik uttryck som folk förknippar med dig.
before-tor = Den som äger nätet där du är kan se att du använder Tor, men inte vad du gör där.
before-visits = Besök inte sidan på tider som avslöjar när du har rast. Berätta inte för andra att du har rapporterat.

home-address = Är du på rätt plats?
address-compare = Någon kan sätta upp en sida som ser likadan ut. Jämför adressen i adressfältet, tecken för tecken, med den på organisationens vanliga webbplats, på anslaget eller från utredarna.
address-codename = Skriv aldrig ditt kodnamn på en annan adress.

home-what = Vad du kan rapportera
what-misconduct = Missförhållanden i arbetslivet som det finns ett allmänintresse av att få fram, till exempel mutor, stöld, jäv, farliga brister eller brott mot lagar och regler.
what-not = Det som bara gäller din egen lön eller en konflikt på jobbet hör oftast hemma hos facket eller personalavdelningen. Synpunkter och klagomål på verksamheten lämnar du där organisationen tar emot sådana.
what-classified = Uppgifter som är säkerhetsskyddsklassificerade får inte lämnas här.

home-protected = Vem lagen skyddar
protected-work = Du som är anställd eller arbetar under någon annans ledning, till exempel inhyrd.
protected-seek = Du som söker arbete eller frågar om det.
protected-learn = Praktikanter och volontärer, och den som söker sig till det.
protected-contract = Uppdragstagare och egenföretagare, och den som söker ett uppdrag.
protected-board = Den som sitter i ledning, styrelse eller annat organ för tillsyn, och delägare som är aktiva i bolaget.
protected-after = Alla dessa också efteråt, om det var då de fick veta det de berättar.
protected-near = Den som hjälper dig, till exempel ett skyddsombud eller en facklig förtroendevald, och anhöriga och kollegor som kan råka illa ut. Också företag och föreningar som du äger, arbetar för eller hör ihop med på annat sätt.

home-readers = Vilka som läser
readers-intro = De här personerna kan öppna rapporterna:
readers-reserve = Reserv. Nyckeln ligger inlåst och används bara om de andra inte kan öppna en rapport.
readers-assignments = Andra uppdrag: { $assignments }
readers-conflict = Är någon av dem inblandad eller för nära saken? I formuläret kan du välja vem som inte ska kunna läsa. Reserven går inte att välja bort, och minst två måste vara kvar.
readers-classic = Rapporterna förseglas med vanlig kryptering. Den står emot dagens datorer, men den som sparar rapporten nu kan kanske öppna den om tillräckligt stora kvantdatorer byggs.

home-promise = Vad vi kan och inte kan lova
promise-address = Vi frågar inte vem du är. Tjänsten nås genom Tor och är byggd så att den aldrig får veta din nätadress.
promise-sealed = Det du skickar förseglas medan det tas emot, så att bara utredarna och reserven kan öppna det. Servern sparar ingen text och ingen fil öppen, och för ingen logg över besök.
promise-server = Medan du skriver in något och medan du läser svar passerar orden genom serverns minne. Den som har tagit över servern just då kan läsa dem.
promise-yourself = Vi kan inte skydda dig mot din egen dator, mot det som texten och filerna avslöjar eller mot det som andra lägger märke till.
promise-secrecy = Utredarna har tystnadsplikt om vem du är. Vi kan ändå inte lova att ingen någonsin får veta: en domstol kan begära uppgifter, och den som har tystnadsplikt kan ha rätt att lämna vissa uppgifter till medier.
promise-proof = Vill du senare ha lagens skydd mot repressalier kan du behöva visa att det var du som rapporterade. Kodnamnet hjälper till med det.

home-then = Vad som händer sedan
then-codename = När rapporten är sparad får du ett kodnamn på sju ord. Med det kommer du tillbaka hit och läser svar. Utan det kan vi inte nå dig.
then-acknowledged = Du får veta direkt på sidan att rapporten har kommit fram. Det är lagens bekräftelse.
then-seven-days =
    { $days ->
        [1] Inom en dag
        [7] Inom sju dagar
       *[other] Inom { $days } dagar
    } får du en bekräftelse i inkorgen.
then-investigated = Utredarna är fristående från dem som rapporten gäller. De hämtar den, bedömer vad som ska göras, utreder och lämnar resultatet till { $organisation }.
then-feedback =
    Inom { $months ->
        [1] en månad
        [2] två månader
       *[3] tre månader
    } efter bekräftelsen får du återkoppling: vad som har gjorts och varför. Utredarna kan också ställa frågor, så titta i inkorgen ibland.
then-tell = Måste vi lämna ut vem du är, berättar vi det för dig först om det inte förstör utredningen.

home-contact = Andra ärenden
contact-open = Här når du organisationen med sådant som inte är en rapport. De som svarar kan se vem du är, så berätta inte för dem att du har rapporterat eller tänker göra det.

home-other = Andra sätt att rapportera
other-weaker = Du kan också rapportera muntligt eller be om ett möte inom rimlig tid. Telefon, möte och brev skyddar dig sämre än formuläret.
other-oral = Ett samtal spelas in bara om du går med på det. Annars skrivs det ned, och du får läsa, rätta och skriva under.
other-union = Facket eller ett skyddsombud kan ge dig råd. Då vet de vem du är.
other-external = Du får alltid vända dig till en myndighet i stället, också från början.
other-authorities = Myndigheter som tar emot rapporter
other-annex = Ett urval, sammanställt { $day }. Det som gäller står i bilagan till förordningen (2021:949) om skydd för personer som rapporterar om missförhållanden: titta där först.
other-eu = EU:s organ tar också emot rapporter, till exempel Olaf om bedrägerier mot EU.
field-work = Arbetsmiljö, och allt inom EU:s regler som ingen annan myndighet tar
field-health = Folkhälsa
field-medicine = Läkemedel och medicinteknik
field-chemicals = Kemikalier
field-food = Livsmedel, djur och jordbruk
field-products = Farliga produkter och konsumentskydd
field-energy = Energi
field-radiation = Strålning och kärnkraft
field-networks = Nät, it-säkerhet och civilt försvar
field-finance = Bank, försäkring, revision, mäklare, spel och penningtvätt
field-eu-fraud = Bedrägerier mot EU
field-care = Hälso- och sjukvård
field-data = Dataskydd
field-procurement = Upphandling och konkurrens
field-environment = Miljö
field-tax = Skatt
field-transport = Transporter
field-sanctions = Brott mot EU:s sanktioner

home-rights = Dina rättigheter
rights-free = Du har rätt att lämna uppgifter till medier för publicering och att skaffa uppgifter för det (meddelar- och anskaffarfrihet), med några undantag i lag.
rights-search = Myndigheter och andra allmänna organ får inte ta reda på vem som har lämnat uppgifter till medier (efterforskningsförbud).
rights-reprisals = Ingen får straffa dig för att du har rapporterat, och ingen får hindra dig från att göra det (förbud mot repressalier och hindrande åtgärder).
rights-damages = Den som bryter mot förbuden ska betala skadestånd till dig. Om det finns anledning att tro att du har straffats för rapporten är det arbetsgivaren som ska visa motsatsen.
rights-conditions = Skyddet gäller om det du berättar har hänt eller mycket sannolikt kommer att hända, och om du hade skälig anledning att tro att det är sant. Det gäller inte om du begår ett brott genom att rapportera eller för att få tag i uppgifterna.
rights-advice = Det här är inte juridisk rådgivning. Hela lagen heter lagen (2021:890) om skydd för personer som rapporterar om missförhållanden. Arbetsmiljöverket har tillsyn över den.

home-privacy = Dina personuppgifter
privacy-law = Personuppgifter i en rapport används bara för att utreda den. Stödet är en rättslig förpliktelse i lagen (2021:890). Bara utredarna får ta del av dem. Du kan begära att få veta vad som finns om dig och att få fel rättade, och du kan klaga hos Integritetsskyddsmyndigheten (IMY).
privacy-kept = Uppgifter som uppenbart saknar betydelse raderas så snart som möjligt. Annars tas de bort senast två år efter att ärendet avslutades, om de inte finns i en allmän handling som måste bevaras.

home-access = Tillgänglighet
access-goal = Alla ska kunna använda sidorna: med tangentbord, skärmläsare, förstorad text, på smala skärmar, i mörka färger och utan skript. Målet är nivå AA i WCAG 2.2, som lagen (2018:1937) om tillgänglighet till digital offentlig service bygger på.
access-tried = Varje sida prövas av program och har setts igenom av dem som gör tjänsten. Ingen utomstående har granskat den.
access-known = Känd brist: medan filer skickas ser det ut som om sidan fortfarande laddas, och en skärmläsare läser kanske inte upp hur långt de har kommit.
access-tell = Är det något du inte kan använda? Rapportera på ett av de andra sätten ovan, eller säg till organisationen utan att berätta att du vill rapportera. Den myndighet som har tillsyn över lagen tar emot klagomål.

certs-title = Vill du försegla själv?
certs-intro = Du kan kryptera text och filer med utredarnas certifikat (OpenPGP) innan du skickar dem. Då är de förseglade redan när de når servern. Jämför fingeravtrycken med dem som utredarna uppger på andra ställen.
certs-fetch = Hämta certifikaten
home-updated = Texterna ändrades senast { $day }.

## Formuläret

form-title = Skriv en rapport
form-intro = Rapporten går till utredarna för { $organisation }. Bara rutan «Vad har hänt?» måste fyllas i.
form-time = Ta den tid du behöver. Inget skickas förrän du trycker på knappen längst ned.
form-without = Ska någon inte kunna läsa?
form-without-why = Kryssa för dem som är inblandade eller står för nära saken. De kan då inte öppna rapporten, och inte heller det du skickar senare. Minst två måste kunna läsa, och reserven är en av dem.
form-reserve = Reserv. Nyckeln ligger inlåst och används bara om de andra inte kan öppna en rapport. Reserven går inte att välja bort.
form-left-out = { $name } kan inte läsa: det har du valt tidigare.
form-nobody-without = Minst två måste kunna läsa, och reserven är en av dem. Därför går ingen här att välja bort. Är någon av dem inblandad eller för nära saken, använd ett annat sätt att rapportera.
form-other-ways = Andra sätt att rapportera
form-text = Vad har hänt?
form-text-hint = Måste fyllas i. Berätta med egna ord: vad, var, när och hur du vet det. Högst { $characters } tecken sammanlagt i alla rutor: det är ungefär { $pages } sidor.
form-more = Fler frågor, om du vill
form-more-why = Hoppa över det du inte vill svara på.
form-no-answer = Inget svar
ask-title = Rubrik
ask-place = Var i organisationen?
ask-when = När hände det, på ett ungefär?
ask-who = Vilka är inblandade, och i vilka roller?
ask-how = Hur vet du det?
ask-evidence = Vad finns det för bevis, och var?
ask-elsewhere = Har det rapporterats någon annanstans? Vad blev det av det?
ask-ongoing = Pågår det fortfarande?
ongoing-yes = Ja
ongoing-no = Nej
ongoing-unsure = Vet inte
ask-relation = Hur hör du ihop med organisationen?
relation-works-there = Arbetar där
relation-worked-there = Har arbetat där
relation-contractor = Konsult eller leverantör
relation-other = Annat
relation-unsaid = Vill inte säga
ask-urgent = Någon är i fara just nu (ring 112 först)
ask-meeting = Jag vill ha ett möte
told-title = Rubrik
told-place = Var i organisationen
told-when = När
told-who = Vilka är inblandade
told-how = Hur källan vet
told-evidence = Bevis
told-elsewhere = Rapporterat på annat håll
form-reply = Svar till dig
form-language = Språk för svar
form-declined = Jag vill inte ha någon bekräftelse
form-declined-why = Annars räknas sidan med kodnamnet som lagens bekräftelse på att rapporten har kommit in.
form-declined-later = Annars bekräftar utredarna i inkorgen att rapporten har kommit in.
form-files = Filer
form-title-files = Skriv en rapport med filer
form-add-files = Skicka filer också
form-add-files-why = Har du filer? Skriv gärna färdigt och skicka texten först: då har du ditt kodnamn, och stora filer kan du skicka från inkorgen efteråt. Med «Skicka filer också» följer texten med till ett formulär där du väljer filer.
form-files-hint = Minst en fil, högst { $files }, tillsammans högst { $megabytes } MB. Välj alla på en gång.
form-files-warning = Filer kan berätta vem du är. Vi ändrar ingenting i dem. Ta bort det som pekar ut dig innan du väljer dem.
form-files-time = Räkna med ungefär en minut per tio megabyte genom Tor. Låt fliken vara öppen tills det står i rutan nedanför att allt är sparat: där visas sedan också vägen vidare. Texten och de valda filerna står kvar i formuläret om något går fel.
handling-title = Till den som tar emot filerna
handling-keep-original = Visa inte originalet för någon utanför utredningen
handling-clean-copy = Använd hellre en avskrift av innehållet än filen själv
kinds-title = Vad olika slags filer kan avslöja
kind-office = Dokument och kalkylblad: vem som skrev, vem som ändrade, spårade ändringar, kommentarer och gamla versioner. Spara som ny fil eller kopiera texten till rutan ovan.
kind-pdf = Pdf: vem som gjorde filen, med vilket program och när. Ibland finns ett osynligt nummer för just ditt exemplar.
kind-picture = Foton: var och när bilden togs, vilken telefon, och en liten förhandsbild som kan visa det du har beskurit bort. En skärmbild av fotot har mindre av det.
kind-paper = Utskrifter och skannade papper: gula punkter från färgskrivare visar skrivare och klockslag. Vikningar, anteckningar och stämplar kan vara unika.
kind-mail = Sparad e-post: dina adresser, servrar och klockslag står i e-postens dolda uppgifter. Kopiera hellre texten.
kind-sound = Ljud och film: röster, rum och ljud i bakgrunden, och ofta plats och enhet.
kind-copy = Om bara några få har fått ett dokument kan innehållet peka ut dig, hur ren filen än är. Beskriv hellre vad som står där.

## Filer på väg

progress-title = Så långt har filerna kommit
progress-waiting = Inget skickas än. När du har tryckt på knappen ser du här hur långt det har kommit.
progress-coming = { $percent } % har kommit fram
progress-arrived = Allt har kommit fram. Vänta medan det förseglas och sparas.
progress-kept = Allt är sparat. Läs vidare i rutan nedanför.
progress-unseen = Just nu kan vi inte visa hur långt filerna har kommit. De kommer fram ändå.
sent-title = Så gick det
sent-report = Rapporten är förseglad och sparad. Se nu ditt kodnamn, för utan det kan du inte komma tillbaka: det väntar så länge fliken är öppen och uppkopplad.
sent-to-codename = Visa mitt kodnamn
sent-message = Meddelandet är förseglat och sparat.
sent-to-inbox = Till inkorgen
already-sent = Din rapport är redan förseglad och sparad. Du behöver inte skicka den igen.
already-signed-in = Du är inloggad. Gäller det samma sak, skriv till utredarna i inkorgen: då hör det ihop.
already-new = Skriv en ny rapport om något annat
sent-again = Öppna ett nytt formulär med min text
beside-advice = Texten och filerna står kvar i formuläret. Försök igen om en stund.
beside-empty-advice = Skriv vad det gäller i formuläret och skicka igen. Filerna är kvar.
beside-text-too-long-advice = Texten står kvar i formuläret. Korta den, eller lägg en del av den i en fil, och skicka igen.
beside-less-advice = Du behöver inte vänta: texten och filerna står kvar i formuläret. Välj färre eller mindre filer och skicka igen. Resten kan du skicka från inkorgen efteråt.
beside-too-few-left-advice = Ta bort något kryss i formuläret och skicka igen, eller vänd dig till en myndighet i stället.
beside-again-advice = Tryck på knappen, så följer texten med. Filerna får du välja igen.
beside-alone-advice = Texten får plats. Skicka den ensam nu. När du har ditt kodnamn kan du skicka filerna från inkorgen en annan dag.
form-next = När rapporten är sparad visas ditt kodnamn. Ha papper och penna till hands.
form-send = Skicka rapporten
wait = Det tar upp till { $seconds ->
    [one] en sekund
   *[other] { $seconds } sekunder
} innan nästa sida kommer. Allt sparas i en jämn takt, så att den som kommer över servern inte kan se när just du var här.
form-send-alone = Skicka texten utan filer

## Kodnamnet

codename-title = Ditt kodnamn
codename-received = Rapporten är förseglad och sparad. Den kom in { $day }.
codename-acknowledged =
    Det här är bekräftelsen på att vi har tagit emot rapporten. Återkoppling får du inom { $months ->
        [1] en månad
        [2] två månader
       *[3] tre månader
    }.
codename-why = De här sju orden är enda vägen tillbaka till svaren. Skriv av dem nu.
codename-how = Så gör du
codename-paper = Skriv orden på papper, i ordning. Spara dem inte på datorn eller telefonen, och ta ingen bild.
codename-print = Måste du skriva ut? Bara orden kommer med. Använd aldrig arbetsgivarens skrivare: den minns vad som skrivs ut.
codename-spelling = Stora och små bokstäver, prickar och ringar, mellanslag och bindestreck spelar ingen roll. Annars måste stavningen stämma.
codename-nobody = Visa dem inte för någon. Utredarna kommer aldrig att fråga efter dem.
codename-once =
    Orden visas tills du har skrivit in dem en gång, eller tills du har varit borta i { $minutes ->
        [one] en minut
       *[other] { $minutes } minuter
    }. Sedan kan ingen visa dem igen.
codename-lost = Tappar du bort orden kan vi inte nå dig, och du kan inte läsa svaren. Rapporten finns kvar ändå.
codename-written = Jag har skrivit av orden

## Inkorgen

sign-in-title = Inkorg
sign-in-intro = Skriv ditt kodnamn för att läsa svar och skicka mer.
sign-in-first = Skriv orden från papperet en gång, så att du vet att de stämmer. Sedan kommer du till inkorgen.
sign-in-codename = Kodnamn
sign-in-hint = Sju ord, i ordning. Stora bokstäver, prickar, mellanslag och bindestreck spelar ingen roll.
sign-in-draft = Din text, som inte har skickats än
sign-in = Öppna inkorgen
sign-in-see-again = Visa orden igen
sign-in-lost = Har du tappat bort kodnamnet? Då kan du inte läsa svaren, men du kan skicka en ny rapport och nämna den förra.
codename-unknown = Det finns ingen inkorg med det kodnamnet.
codename-unknown-advice = Jämför med papperet: sju ord, rätt stavade, i rätt ordning. Inkorgen kan också vara raderad.
inbox-title = Inkorg
thread-intro = Din kontakt med utredarna för { $organisation }. Den senaste dagen står först.
thread-write = Skriv till utredarna
thread-newer = Nyare
thread-older = Äldre
thread-closed = Utredarna har avslutat ärendet. Du kan fortfarande skriva till dem.
thread-title = Brev och meddelanden
duties-title = Vad som ska hända, och när
duty-received = Rapporten kom in
duty-acknowledge = Bekräftelse
duty-acknowledge-by = Utredarna ska ge dig den senast { $day }.
duty-declined = Du ville inte ha någon.
duty-feedback = Återkoppling
duty-feedback-by = Utredarna ska berätta vad som har gjorts och varför, senast { $day }.
duty-kept = Du fick den { $day }.
duty-rolled = Den dagen är en lördag, söndag eller helgdag. Det kan vara tillåtet att vänta till { $day }.
duty-late = Dagen har gått. Skriv och fråga utredarna, eller vänd dig till en myndighet.
duty-yours = Du
duty-yours-what = Du behöver inte göra något. Titta här ibland: utredarna kan ställa frågor.
duty-yours-asked = Utredarna har ställt en fråga. Svara om du kan och vill, om du inte redan har gjort det.
duties-law = Dagarna räknas så som lagen (2021:890) anger, eller snabbare om organisationen har lovat det.
thread-sent = Du skickade nummer { $number }, { $day }
thread-sent-hint = Innehållet är förseglat. Bara utredarna och reserven kan öppna det.
thread-acknowledged = Bekräftelse, { $day }
thread-acknowledged-text = Rapporten är mottagen.
letter-acknowledgement = Bekräftelse från utredarna, { $day }
letter-question = Fråga från utredarna, { $day }
letter-feedback = Återkoppling från utredarna, { $day }
letter-closing = Ärendet är avslutat, { $day }
letter-fetch = Hämta brevet med underskrift
letter-check = Om du vill visa ett brev för någon annan
letter-traces = Ett hämtat brev är inte förseglat. Den som hittar filen ser att du har rapporterat. Hämta det bara om du behöver det, och förstör filen efteråt.
letter-certs = Hämta utredarnas certifikat:
letter-import = Läs in dem i programmet GnuPG:
letter-verify = Kontrollera brevet. Texten står efter ordet «text»:
letter-compare = GnuPG ska svara att underskriften är riktig («Good signature»). Det varnar också för att ingen intygar nyckeln: jämför därför fingeravtrycket med det på organisationens sida.
thread-writer = Skrivet av { $writer }
thread-continued = Fortsättning från sidan före.
thread-continues = Fortsätter på nästa sida.
thread-unreadable = Ett brev som inte går att öppna, { $day }
thread-unreadable-text = Brevet är skadat eller kommer från någon som inte längre hör till utredarna. Skriv till utredarna och be dem skicka det igen.
message-title = Skriv till utredarna
message-text = Meddelande
message-text-hint = Högst { $characters } tecken, ungefär { $pages } sidor.
message-send = Skicka meddelandet
message-back = Tillbaka till inkorgen
message-kept = Meddelandet är förseglat och sparat som nummer { $number }, { $day }.
left-title = Du är utloggad
left-done = Inkorgen är stängd.
left-advice = Stäng Tor Browser när du är klar.
left-again = Öppna inkorgen igen
thread-erase = Radera
thread-erase-why = Du kan radera svaren, eller allt av dig som fortfarande finns här.
thread-erase-how = Läs vad det innebär
erase-title = Radera
erase-intro = Det du raderar här kan ingen få tillbaka, inte du heller.
erase-answers-title = Radera svaren
erase-answers-what = Utredarnas brev försvinner, och sidan glömmer när de kom. Dina meddelanden och ditt kodnamn finns kvar, och du kan få svar igen. En utredare som ännu inte har sett en kollegas brev får det inte.
erase-answers = Radera svaren
erase-all-title = Avsluta och radera allt
erase-all-what = Dina meddelanden som fortfarande finns här försvinner, breven försvinner, och kodnamnet slutar fungera.
erase-all-warning = Det som utredarna redan har hämtat finns kvar hos dem: lagen säger hur de ska hantera det. Det som de inte har hämtat kommer ingen någonsin att läsa. Efter det här kan du inte få frågor eller svar.
erase-all = Avsluta och radera allt
erase-nothing = Radera inget, tillbaka till inkorgen
erased-title = Allt är raderat
erased-done = Dina meddelanden, svaren och inkorgen är borta härifrån. Kodnamnet öppnar inget längre: förstör lappen.
erased-fetched = Det som utredarna redan hade hämtat finns kvar hos dem.

## Om något går fel: orsak, sedan råd

trouble-title = Det gick inte
not-found = Den sidan finns inte.
not-found-advice = Kontrollera adressen, eller börja om från startsidan.
wrong-method = Sidan kan inte ta emot det som webbläsaren skickade.
wrong-method-advice = Gå till startsidan och försök därifrån.
other-site = Det här skickades från en annan webbplats, så vi tog inte emot det.
other-site-advice = Öppna sidan själv i Tor Browser och börja därifrån.
gateway = Du har kommit hit genom en webbtjänst som visar onion-adresser i vanliga webbläsare. Den som driver tjänsten kan se vem du är, och läsa och ändra allt. Vi tar inte emot något den vägen, och inget av det du har skrivit är sparat här.
gateway-advice = Skriv ingenting mer här: det du redan har skrivit kan tjänsten ha läst. Stäng sidan, öppna Tor Browser och skriv in onion-adressen själv. Ta adressen från organisationens vanliga webbplats, från anslaget eller från utredarna, inte härifrån.
not-open = Tjänsten är inte öppen än.
not-open-advice = Kom tillbaka senare, eller rapportera på något av organisationens andra sätt.
closed = Formuläret är stängt, för just nu finns det för få utredare som kan öppna rapporter.
closed-advice = Använd något av de andra sätten att rapportera på organisationens sida, eller kom tillbaka senare.
old-form = Formuläret är för gammalt eller kommer inte härifrån. Inget har skickats.
old-form-advice = Din text finns kvar nedanför. Välj filerna igen, om du hade några, och skicka en gång till.
not-a-form = Det som kom är inte sidans formulär. Inget har skickats.
not-a-form-advice = Gå tillbaka i webbläsaren och skicka formuläret därifrån.
broken = Formuläret kom fram skadat eller ofullständigt. Inget har skickats.
broken-advice = Kontrollera texten, välj filerna igen om du hade några, och skicka en gång till. Saknas texten: gå tillbaka i webbläsaren, där finns den kvar.
empty = Texten är tom. Inget har skickats.
empty-advice = Skriv vad det gäller och skicka igen.
secret-key = Du klistrade in en hemlig nyckel. Den öppnar allt som är förseglat till den, så vi tog inte emot något.
secret-key-advice = Ta bort nyckeln. Klistra in det krypterade meddelandet i stället: det börjar med «BEGIN PGP MESSAGE». Betrakta nyckeln som röjd.
text-too-long = Texten är för lång: högst { $characters } tecken får plats, räknat i byte. Inget har skickats.
text-too-long-advice = Din text finns kvar nedanför. Korta den och skicka igen, eller lägg en del av den i en fil.
text-lost = Texten är så lång att vi inte kan visa den här. Inget har skickats.
text-lost-advice = Gå tillbaka i webbläsaren: där finns texten kvar. Lägg den i en fil, eller dela upp den i flera meddelanden.
too-many-files = Det var för många filer: högst { $files } får plats. Inget har skickats.
files-too-large = Filerna är för stora: tillsammans får de vara högst { $megabytes } MB. Inget har skickats.
too-few-left = För få skulle kunna läsa rapporten: reserven och minst en till måste vara kvar. Inget har skickats.
too-few-left-advice = Din text finns kvar nedanför. Ta bort något kryss, eller vänd dig till en myndighet i stället: se organisationens sida.
readers-changed = Vilka som läser har ändrats sedan du öppnade formuläret. Inget har skickats.
readers-changed-advice = Din text finns kvar nedanför. Se efter vilka som läser nu, välj dina filer på nytt och skicka igen.
full = Det finns ingen plats för mer just nu. Inget har skickats.
full-advice = Försök utan filer eller med färre, eller kom tillbaka om några timmar. Spara din text på papper om du måste lämna sidan.
files-full = Det finns ingen plats för filer just nu. Inget har skickats.
files-today = Så många filer har kommit i dag att det inte finns plats för fler förrän i morgon. Inget har skickats.
too-often = Det här har gjorts för många gånger på kort tid härifrån.
too-often-advice = Vänta två minuter och försök sedan igen. En text som du har skrivit står kvar i formuläret. Har du bråttom kan du be Tor Browser om en ny krets för den här sidan.
busy = Just nu är det för många som skickar samtidigt. Inget har skickats.
busy-advice = Vänta en stund och försök igen.
another-first = Ett annat meddelande från dig sparades först. Det här har inte skickats.
another-first-advice = Din text finns kvar nedanför. Välj filerna igen, om du hade några, och skicka en gång till.
signed-out = Du har varit borta för länge och är utloggad. Meddelandet har inte skickats.
signed-out-advice = Skriv ditt kodnamn. Texten finns kvar och följer med in. Filer måste du välja igen.
no-codename = Här finns inget kodnamn att visa.
no-codename-advice =
    Kodnamnet visas bara tills du har skrivit in det en gång, eller tills du har varit borta i { $minutes ->
        [one] en minut
       *[other] { $minutes } minuter
    }. Har du skrivit av det: öppna inkorgen. Annars kan du skicka rapporten igen.
erased = Inkorgen finns inte längre.
erased-advice = Vill du berätta mer kan du skicka en ny rapport.
page-too-long = Sidan blev för lång för att visas.
page-too-long-advice = Gå tillbaka i webbläsaren: det du har skrivit finns kvar där.
fault = Något är fel på servern. Om du skickade något: räkna inte med att det kom fram.
fault-advice = Försök igen om en stund. Går det inte, använd ett annat sätt att rapportera.
