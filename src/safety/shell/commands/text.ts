import type { CommandTable } from "../table.ts";

/** Programs that show, compare and reshape text and bytes. */
export const TEXT_COMMANDS: CommandTable = {
  cat: "read; -AbeEnstTuv --number --number-nonblank --show-all --show-ends --show-tabs --show-nonprinting --squeeze-blank",
  tac: "read; -b -r -s= --before --regex --separator=",
  rev: "read; -0 --zero",
  nl: "read; -p -b= -d= -f= -h= -i= -l= -n= -s= -v= -w= --body-numbering= --number-width= --number-format= --number-separator= --starting-line-number=",
  head: "read; -# -qvz -n= -c= --lines= --bytes= --quiet --silent --verbose --zero-terminated",
  tail: "read; -# -qvzfFr -n= -c= -s= --lines= --bytes= --quiet --silent --verbose --zero-terminated --follow? --retry --pid= --sleep-interval= --max-unchanged-stats=",
  wc: "read; -clLmw --bytes --chars --lines --words --max-line-length --files0-from=r^ --total=",
  cut: "read; -nsz -b= -c= -d= -f= --bytes= --characters= --delimiter= --fields= --complement --only-delimited --output-delimiter= --zero-terminated",
  paste: "read; -sz -d= --delimiters= --serial --zero-terminated",
  comm: "read; -123iz --check-order --nocheck-order --output-delimiter= --total --zero-terminated",
  join: "read; -iz -1= -2= -a= -e= -j= -o= -t= -v= --check-order --nocheck-order --header --ignore-case --zero-terminated",
  fold: "read; -bs -w= --bytes --spaces --width=",
  fmt: "read; -csu -w= -g= -p= --width= --goal= --prefix= --split-only --uniform-spacing --crown-margin --tagged-paragraph",
  pr: "read; -# -adfFmrtT -l= -w= -h= -n? -o= --columns= --header= --length= --width= --omit-header --omit-pagination",
  "expand unexpand": "read; -ai -t= --all --initial --first-only --tabs=",
  column:
    "read; -texnR -c= -s= -o= -N= --table --separator= --output-separator= --columns= --output-width= --table-columns= --json",
  tr: "text; -cCdst --complement --delete --squeeze-repeats --truncate-set1",
  od: "read; -abcdfhilosxv -A= -j= -N= -S= -t= -w? --address-radix= --skip-bytes= --read-bytes= --strings= --format= --output-duplicates --width?",
  "hexdump hd":
    "read; -bcCdovx -e= -n= -s= --canonical --length= --skip= --no-squeezing --one-byte-octal --one-byte-char",
  strings: "read; -afow -n= -t= -e= --all --bytes= --radix= --encoding= --print-file-name",
  base32: "read; -di -w= --decode --ignore-garbage --wrap=",
  base64: "read teeth; -dDi -w= -b= --decode --ignore-garbage --wrap= --break=",
  "md5sum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum shasum":
    "read; -bctwz -a= --binary --check --text --tag --quiet --status --strict --ignore-missing --warn --zero --algorithm=",
  md5: "read; -pqrx -s=",
  "cksum sum": "read; -rs -a= --algorithm= --sysv",
  cmp: "read; -bls -i= -n= --print-bytes --verbose --quiet --silent --bytes= --ignore-initial=",
  diff: "read; -# -abBcdeEilnNpqrstTuvwyZ -C= -F= -I= -L= -S= -U= -W= -x= -X=r --brief --recursive --new-file --unified? --context? --side-by-side --color? --ignore-case --ignore-all-space --ignore-space-change --ignore-blank-lines --ignore-trailing-space --ignore-matching-lines= --exclude= --exclude-from=r --label= --text --minimal --report-identical-files --strip-trailing-cr --suppress-common-lines --width= --no-dereference --show-c-function --show-function-line= --speed-large-files --to-file=r --from-file=r --normal --ed",
  diff3: "read; -aAeEimTxX3 --merge --text",
  zcat: "read; -cdfklqrtv",
  "bzcat xzcat zstdcat lz4cat": "read; -cdfkqtv",
  iconv: "read teeth; -cls -f= -t= --from-code= --to-code= --list",
  tsort: "read;",
  look: "pattern; -abdf -t=",
  numfmt:
    "text; -d= -z --from= --to= --suffix= --format= --field= --padding= --round= --header? --invalid= --grouping --delimiter=",
  "zgrep bzgrep xzgrep": "pattern; -abcFEhHilLnoPqsvwxz -A= -B= -C= -e= -f=r -m=",
  "grep egrep fgrep":
    "pattern; -# -abcEFGhHiIlLnoPqrRsTuUvVwxyzZ -A= -B= -C= -d= -D= -e= -f=r -m= --after-context= --before-context= --context= --color? --colour? --count --exclude= --exclude-dir= --exclude-from=r --extended-regexp --fixed-strings --basic-regexp --perl-regexp --file=r --files-with-matches --files-without-match --ignore-case --no-ignore-case --include= --invert-match --line-number --line-regexp --max-count= --no-filename --no-messages --null --null-data --only-matching --quiet --silent --recursive --dereference-recursive --regexp= --text --with-filename --word-regexp --byte-offset --line-buffered --binary-files= --initial-tab --label= --directories= --devices= --group-separator= --no-group-separator --version",
  rg: "pattern teeth; -# -acFhHiIlLnNoPqSsuUvVwxp0. -A= -B= -C= -d= -e= -E= -f=r -g= -j= -m= -M= -r= -t= -T= --after-context= --before-context= --context= --auto-hybrid-regex --byte-offset --case-sensitive --color= --colors= --column --no-column --count --count-matches --crlf --debug --encoding= --engine= --file=r --files --files-with-matches --files-without-match --fixed-strings --follow --glob= --glob-case-insensitive --heading --no-heading --hidden --no-hidden --iglob= --ignore-case --ignore-file=r --include-zero --invert-match --json --line-buffered --line-number --no-line-number --line-regexp --max-columns= --max-columns-preview --max-count= --max-depth= --maxdepth= --max-filesize= --mmap --multiline --multiline-dotall --no-config --no-filename --no-ignore --no-ignore-vcs --no-ignore-parent --no-ignore-global --no-ignore-dot --no-messages --null --null-data --one-file-system --only-matching --path-separator= --passthru --pcre2 --pretty --quiet --regex-size-limit= --regexp= --replace= --smart-case --sort= --sortr= --stats --text --threads= --trim --type= --type-not= --type-list --type-add= --unrestricted --vimgrep --version --with-filename --word-regexp --pcre2-version --no-require-git --field-match-separator=",
  "ag ack":
    "pattern teeth; -# -acCfFhHiIlLnoQqrRsSuvwz -A= -B= -C= -G= -m= --color --nocolor --nogroup --group --hidden --ignore= --ignore-dir= --files-with-matches --count --literal --word-regexp --column --depth=",
  shellcheck:
    "read teeth; -ax -C? -e= -f= -i= -o= -s= -S= -W= --exclude= --format= --include= --shell= --severity= --check-sourced --external-sources --color? --enable= --norc",
  "cloc tokei scc": "read; --by-file --json --quiet --exclude-dir= --include-lang= --vcs=",
  wdiff: "read; -123ins",
  "bat batcat":
    "read teeth; -AnpPru -l= -m= -r= -H= --color= --decorations= --language= --line-range= --highlight-line= --number --paging= --plain --show-all --style= --tabs= --terminal-width= --theme= --wrap= --list-languages --list-themes",
  // The script of these is looked at by nobody here, so they may only show numbers.
  bc: "none; -lqsiw --mathlib --quiet --standard",
};
