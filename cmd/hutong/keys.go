package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"hutong/configs"
)

type keysCmd struct {
	New     keysNew     `cmd:"" default:"withargs" help:"Make the keys of a new installation."`
	Next    keysNext    `cmd:"" help:"Add the next keys, which are understood but not used yet."`
	Promote keysPromote `cmd:"" help:"Put the next keys to use."`
}

// Help implements kong.HelpProvider.
func (keysCmd) Help() string {
	return `An installation has keys that sign consumers' sessions and a keyset that encrypts what is secret in the database. A database without its keyset is unreadable: keep a copy apart from the database's backups.

Keys are changed in two steps, because replicas do not restart all at once:

    hutong keys next --in /etc/hutong       # then restart every replica
    hutong keys promote --in /etc/hutong    # then restart every replica again

Nobody is signed out and nothing becomes unreadable.`
}

type keysNew struct {
	To string `help:"Write session.keys and keyset.json into FOLDER; without it the keys are printed as variables of the environment." placeholder:"FOLDER" type:"path"`
}

// Help implements kong.HelpProvider.
func (keysNew) Help() string {
	return `Examples:

    hutong keys new --to /etc/hutong
    hutong keys new >> deploy/.env

Keys that are there already are never overwritten. Exit codes: 0 done, 1 failed.`
}

// Run makes new keys.
func (c *keysNew) Run(p *program) error {
	keys, err := configs.NewKeys()
	if err != nil {
		return err
	}
	if c.To == "" {
		fmt.Fprint(p.out, keys.Environ())
		return nil
	}
	if err := keys.Create(c.To); errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("there are keys in %s already, and without them its database is unreadable; `hutong keys next` adds new ones: %w", c.To, err)
	} else if err != nil {
		return err
	}
	for _, name := range []string{configs.SessionKeysFile, configs.KeysetFile} {
		fmt.Fprintln(p.out, filepath.Join(c.To, name))
	}
	return nil
}

// rotation is a step of changing keys.
type rotation struct {
	In string `help:"Change the keys of FOLDER; without it those of the configuration, printed as variables of the environment." placeholder:"FOLDER" type:"path"`
}

func (r rotation) run(p *program, step func(configs.Keys) (configs.Keys, error), done string) error {
	if r.In != "" {
		keys, err := configs.ReadKeys(r.In)
		if err != nil {
			return err
		}
		if keys, err = step(keys); err != nil {
			return err
		}
		if err := keys.Replace(r.In); err != nil {
			return err
		}
		fmt.Fprintln(p.out, done)
		return nil
	}
	c, err := p.load()
	if err != nil {
		return err
	}
	if len(c.Session.Keys) == 0 || c.Secrets.Keyset == "" {
		return usageError{errors.New("the configuration has no keys to change; name their folder by --in, or make them: `hutong keys new`")}
	}
	keys, err := step(configs.Keys{Session: c.Session.Keys, Keyset: c.Secrets.Keyset})
	if err != nil {
		return err
	}
	fmt.Fprint(p.out, keys.Environ())
	return nil
}

type keysNext struct{ rotation }

// Help implements kong.HelpProvider.
func (keysNext) Help() string {
	return `The first of two steps. Restart every replica after it, then run promote.

    hutong keys next --in /etc/hutong

Exit codes: 0 done, 1 failed, such as when the next keys are there already.`
}

// Run adds the next keys.
func (c *keysNext) Run(p *program) error {
	return c.run(p, configs.Keys.Next, "The next keys are there. Restart every replica, then run `hutong keys promote`.")
}

type keysPromote struct{ rotation }

// Help implements kong.HelpProvider.
func (keysPromote) Help() string {
	return `The second of two steps, when every replica knows the next keys. Restart every replica after it.

    hutong keys promote --in /etc/hutong

Exit codes: 0 done, 1 failed, such as when there are no next keys.`
}

// Run puts the next keys to use.
func (c *keysPromote) Run(p *program) error {
	return c.run(p, configs.Keys.Promote, "The next keys are in use. Restart every replica.")
}
