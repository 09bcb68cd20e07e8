package io.lightvisor.cli;

import io.lightvisor.cli.commands.Command;
import io.lightvisor.cli.session.CliException;
import io.lightvisor.cli.session.Session;
import io.lightvisor.cli.spec.Invocation;
import io.lightvisor.cli.spec.Spec;

/// `lxc completion`: what a shell has to read to complete command lines. The shell asks `lxc __complete` for the words.
final class CompletionCommand implements Command {
    private static final String BASH = """
            # bash completion of lxc: put it into /usr/share/bash-completion/completions/lxc
            _lxc() {
                local words
                # A colon ends a word for bash, not for lxc.
                _get_comp_words_by_ref -n : cur words cword 2>/dev/null || { words=("${COMP_WORDS[@]}"); cword=$COMP_CWORD; cur=${words[cword]}; }
                local IFS=$'\\n'
                COMPREPLY=($(lxc __complete "${words[@]:1:cword}" 2>/dev/null))
                [[ ${COMPREPLY[0]} == *: || ${COMPREPLY[0]} == */ || ${COMPREPLY[0]} == *= ]] && compopt -o nospace
                declare -F __ltrim_colon_completions >/dev/null && __ltrim_colon_completions "$cur"
            }
            complete -o default -F _lxc lxc
            """;

    private static final String ZSH = """
            #compdef lxc
            # zsh completion of lxc: put it as _lxc into a directory of $fpath
            _lxc() {
                local -a found
                found=("${(@f)$(lxc __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
                compadd -Q -a found
            }
            _lxc "$@"
            """;

    private static final String FISH = """
            # fish completion of lxc: put it into ~/.config/fish/completions/lxc.fish
            function __lxc_complete
                set -l words (commandline -opc) (commandline -ct)
                lxc __complete $words[2..-1] 2>/dev/null
            end
            complete -c lxc -f -a '(__lxc_complete)'
            """;

    @Override
    public Spec spec() {
        return Spec.leaf("completion", "bash|zsh|fish", 1, 1, "Print what a shell needs to complete command lines")
                .rare()
                .details("  lxc completion bash > /usr/share/bash-completion/completions/lxc");
    }

    @Override
    public int run(Invocation in, Session session) throws CliException {
        session.out().print(script(in.arg(0)));
        return 0;
    }

    private static String script(String shell) throws CliException {
        return switch (shell) {
            case "bash" -> BASH;
            case "zsh" -> ZSH;
            case "fish" -> FISH;
            default -> throw new CliException("\"" + shell + "\" is not known; bash, zsh and fish are");
        };
    }
}
