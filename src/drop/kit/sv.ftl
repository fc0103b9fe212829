# Rådsidan på den vanliga webbplatsen. Resten av texterna är desamma som på uppgiftslämnarens sidor.
advice-intro = Så här berättar du om missförhållanden i { $organisation } utan att säga vem du är. Du skriver på en särskild sida, som bara går att nå med Tor Browser. Oberoende utredare läser.
advice-elsewhere = Läser du det här på en dator, telefon eller ett nät från din arbetsgivare? Skriv av adressen nedanför på papper och gör resten hemifrån eller någon annanstans, med en egen dator eller telefon.
advice-seen = Den här sidan ligger på den vanliga webben. Webbplatsen ska vara inställd så att besök på sidan inte loggas, men ditt nät och den som driver webbplatsen kan ändå märka att någon har varit här.
advice-way = Så gör du
advice-browser = Hämta Tor Browser. Skriv in adressen torproject.org/download själv, och installera ingen annan. Tor Browser finns för Windows, macOS, Linux och Android, inte för iPhone och iPad.
advice-safest = Öppna Tor Browser och välj säkerhetsnivån Säkrast (skölden bredvid adressfältet). Sidan du ska till fungerar utan skript.
advice-address = Skriv in den här adressen i Tor Browser, med alla tecken:
advice-there = Där står vilka som läser, vad vi kan lova och vad som händer sedan. Först därefter skriver du. När rapporten är sparad får du ett kodnamn på sju ord, så att du kan komma tillbaka och läsa svar.
advice-same = Jämför adressen tecken för tecken. Någon annan kan sätta upp en sida som ser likadan ut, men inte med samma adress.
advice-footer = Formuläret finns bara på adressen här ovanför. På den här sidan skickar du ingenting.
