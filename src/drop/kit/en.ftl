# The advice page on the ordinary website. All other texts are those of the source's own pages.
advice-intro = How to tell of misconduct in { $organisation } without saying who you are. You write on a separate page, which only Tor Browser can reach. Independent investigators read.
advice-elsewhere = Are you reading this on your employer's computer, telephone or network? Copy the address below onto paper and do the rest from home or somewhere else, with a computer or telephone of your own.
advice-seen = This page is on the ordinary web. The website should be set up not to log visits to it, but your network, and whoever runs the website, may still notice that somebody was here.
advice-way = What to do
advice-browser = Get Tor Browser. Type the address torproject.org/download yourself, and install no other. There is a Tor Browser for Windows, macOS, Linux and Android, but not for iPhone and iPad.
advice-safest = Open Tor Browser and choose the security level Safest (the shield beside the address bar). The page you are going to works without scripts.
advice-address = Type this address into Tor Browser, every character of it:
advice-there = It tells you who reads, what we can promise and what happens then. Only after that do you write. When your report is kept you get a codename of seven words, so that you can come back and read answers.
advice-same = Compare the address character by character. Somebody else can put up a page that looks alike, but not at the same address.
advice-footer = The form is only at the address above. On this page you send nothing.
