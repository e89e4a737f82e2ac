package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"

	"hutong/configs"
)

// demoFolder is the folder that holds all of a demonstration.
type demoFolder string

func (f demoFolder) file(name string) string { return filepath.Join(string(f), name) }

// belongings are what a demonstration makes in its folder, besides the lock. Fresh removes these and
// nothing else: the folder may be one that somebody keeps other things in.
var belongings = []string{
	"hutong.db", "hutong.db-wal", "hutong.db-shm", "wechat.json", "hutong.yaml", "hutong.log", "media", "search",
	configs.SessionKeysFile, configs.KeysetFile,
}

// open makes the folder ready, with keys, and keeps other demonstrations out until unlock.
func (f demoFolder) open(fresh bool) (unlock func() error, err error) {
	if err := os.MkdirAll(string(f), 0o700); err != nil {
		return nil, err
	}
	if unlock, err = lock(f.file("lock")); err != nil {
		return nil, fmt.Errorf("another demonstration is using %s; choose another folder by --data: %w", display(string(f)), err)
	}
	if fresh {
		for _, name := range belongings {
			err = errors.Join(err, os.RemoveAll(f.file(name)))
		}
	}
	if err == nil {
		err = f.makeKeys()
	}
	if err != nil {
		return nil, errors.Join(err, unlock())
	}
	return unlock, nil
}

func (f demoFolder) makeKeys() error {
	keys, err := configs.NewKeys()
	if err != nil {
		return err
	}
	if err = keys.Create(string(f)); errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

// configure writes the configuration and reads it as any other command would. The environment does not
// count: a demonstration never touches a database of somebody's own.
func (f demoFolder) configure(l listeners, weChat net.Listener) (*configs.Config, error) {
	type section = map[string]any
	settings, err := yaml.Marshal(section{
		"server": section{
			"listen": addr(l.public), "private_listen": addr(l.private), "public_url": reachable(l.public),
			"frame_origins": []string{reachable(weChat)},
		},
		"database": section{"path": f.file("hutong.db")},
		"media":    section{"folder": f.file("media")},
		"search":   section{"folder": f.file("search")},
		"session":  section{"keys_file": f.file(configs.SessionKeysFile)},
		"secrets":  section{"keyset_file": f.file(configs.KeysetFile)},
		"wechat":   section{"api_base": reachable(weChat), "pay_base": reachable(weChat)},
	})
	if err != nil {
		return nil, err
	}
	path := f.file("hutong.yaml")
	const head = "# The demonstration's configuration, written anew each time it starts.\n"
	if err := os.WriteFile(path, append([]byte(head), settings...), 0o600); err != nil {
		return nil, err
	}
	return configs.Load(path, nil)
}
