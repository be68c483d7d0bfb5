import type { CommandTable } from "../table.ts";

/** Programs that list, measure and describe files, and the facts of the machine. */
export const FILE_COMMANDS: CommandTable = {
  "ls dir vdir":
    "list; -1aAbBcCdDfFgGhHiIklLmnNopqQrRsStuUvxXZ -I= -T= -w= --all --almost-all --author --block-size= --classify? --color? --directory --file-type --format= --full-time --group-directories-first --hide= --human-readable --hyperlink? --ignore= --ignore-backups --indicator-style= --inode --literal --no-group --numeric-uid-gid --quote-name --quoting-style= --recursive --reverse --show-control-chars --size --sort= --tabsize= --time= --time-style= --width= --dereference --si --zero",
  "exa eza":
    "list; -1aAbBdDfFghHiIlLmrRStTuUxs -L= -s= -t= --all --long --tree --level= --git --icons? --color= --group-directories-first --header --sort= --no-user --no-permissions --no-time --recurse --oneline --reverse --grid",
  tree: "list teeth; -aACdDfFghilnNpqQrsStuUvxX -I= -L= -P= -H= -T= --dirsfirst --filesfirst --noreport --prune --sort= --filelimit= --gitignore --matchdirs --ignore-case --metafirst --charset= --du --si --inodes --device -J",
  du: "list; -0aAbcDhHkLlmPsSx -B= -d= -I= -t= -X=r --all --apparent-size --block-size= --bytes --total --human-readable --max-depth= --summarize --exclude= --exclude-from=r --one-file-system --si --time? --threshold= --separate-dirs --dereference --inodes --null",
  df: "list; -aBhHiIklmPT -t= -x= --all --human-readable --inodes --print-type --total --type= --exclude-type= --output? --si --local --portability --block-size=",
  stat: "list; -fLtxnqrsF -c= -f= --format= --printf= --file-system --dereference --terse",
  file: "read teeth; -bchikLNnprsvz0 -e= -F= -P= --brief --mime --mime-type --mime-encoding --extension --dereference --no-dereference --keep-going --separator= --exclude= --raw --print0 --no-buffer",
  readlink:
    "list; -efmnqsvz --canonicalize --canonicalize-existing --canonicalize-missing --no-newline --quiet --silent --verbose --zero",
  realpath:
    "list; -eLmPqsz --canonicalize-existing --canonicalize-missing --logical --physical --quiet --relative-to= --relative-base= --strip --no-symlinks --zero",
  "dirname basename": "text; -az -s= --multiple --suffix= --zero",
  pathchk: "text; -pP --portability",
  namei: "list; -lmnovx",
  lsattr: "list; -adRvl",
  getfacl: "list; -acdeEnpRst",
  pwd: "none; -LP --logical --physical",
  "echo true false :": "words;",
  sleep: "words;",
  seq: "text; -w -f= -s= --equal-width --format= --separator=",
  "factor nproc": "text; --all --ignore=",
  yes: "words;",
  "arch logname tty whoami": "none; -s --silent --quiet",
  uname:
    "none; -amnoprsvi --all --kernel-name --nodename --kernel-release --kernel-version --machine --processor --hardware-platform --operating-system",
  uptime: "none; -ps --pretty --since",
  "id groups": "text; -aAgGnpPruzZ --group --groups --name --real --user --zero",
  locale: "text; -ack --all-locales --charmaps",
  cal: "text; -13jmswyY -n= -A= -B= --monday --sunday --year --three",
  ncal: "text; -13bhjmwy -A= -B=",
  "which whereis": "text; -asbmu --all",
  type: "text; -afptP",
  tput: "text; -T=",
  getconf: "text; -a",
  free: "none; -bghklmtw -s= -c= --human --mega --giga --total --wide --si",
  "lscpu lsusb lspci": "none; -aebcpsvxJk --json --extended? --verbose",
  sw_vers: "none; -productName -productVersion -buildVersion",
  lsb_release: "none; -acdirsv --all --short --description --release --codename --id",
  expr: "words;",
  cloc: "read; --by-file --json --quiet --exclude-dir= --include-lang= --vcs=",
  zipinfo: "read; -12hlmMstTvzZ",
  ldd: "none;",
  nm: "read; -aACDglnoprSuv --demangle --defined-only --undefined-only --dynamic --extern-only",
  "size readelf": "read; -aAdhlnrsSuVWBx --all --headers --sections --symbols --wide",
};

/** Looks at processes and sockets: read only, but not of the workspace. */
export const MACHINE_COMMANDS: Readonly<Record<string, string>> = {
  ps: "text; -aAdefFHjlLMNTyZ -C= -G= -g= -o= -O= -p= -s= -t= -u= -U= --sort= --no-headers --forest --pid= --ppid= --user= --cols= --width=",
  pgrep:
    "text; -acfilnovxL -d= -g= -G= -P= -s= -t= -u= -U= --list-name --list-full --full --count --newest --oldest --exact",
  pstree: "text; -acglnpstuUZ -A -H=",
  top: "none; -bcHiS -d= -n= -o= -p= -u= -U= -w? -l=",
  lsof: "text; -abCFlnNOPRstUvVw -i? -p= -u= -c= -d= +D= +d= -g? -T? -F?",
  ss: "text; -460abeHilmnoOprstuwx -A= -f= --all --listening --numeric --processes --tcp --udp --summary --unix --info --memory --no-header",
  netstat:
    "text; -46aceglnoprstuvwx -I= --listening --numeric --tcp --udp --programs --route --all --statistics --inet",
  "w who users last": "text; -abdHilmpqrstuT --heading --count --short --no-header",
  vmstat: "text; -adfmnstw",
  iostat: "text; -cdhkmtxyz",
  compgen: "none; -abcdfgjksuv -A=",
};
