package main

import (
	"fmt"
	"io"
	"net/url"
	"strings"

	"hutong/cmd/hutong/casalido"
	"hutong/model"
)

// visit is where a demonstration is, and how to come in.
type visit struct {
	base    string // of the API
	shop    string // the storefront's routes
	page    string // the mini program for a browser
	weChat  string
	metrics string
	appID   string
	owner   string // access token of the shop's owner

	people   []person // of the staff
	password string   // everybody's
}

// print tells where everything is. The commands work when they are pasted into a shell.
func (v visit) print(out io.Writer, folder demoFolder, verbose bool) {
	log := display(folder.file("hutong.log"))
	if verbose {
		log = "below"
	}
	fmt.Fprint(out, strings.NewReplacer(
		"{base}", v.base, "{shop}", v.shop, "{page}", v.page, "{phone}", v.phone(), "{wechat}", v.weChat, "{metrics}", v.metrics, "{appid}", v.appID, "{token}", v.owner,
		"{people}", v.staff(), "{password}", v.password, "{slug}", casalido.Slug, "{data}", display(string(folder)), "{config}", display(folder.file("hutong.yaml")), "{log}", log,
	).Replace(welcome))
}

// staff lists who may sign in at the console.
func (v visit) staff() string {
	lines := make([]string, len(v.people))
	for i, p := range v.people {
		lines[i] = fmt.Sprintf("            %-30s %s", p.email, p.role)
		if p.role == model.RoleAdministrator {
			lines[i] += " of the platform; the brand is left empty"
		}
	}
	return strings.Join(lines, "\n")
}

// phone is WeChat's phone with the shop in it.
func (v visit) phone() string {
	return v.weChat + "/phone/?" + url.Values{"app": {v.page}, "appid": {v.appID}, "user": {"mei"}}.Encode()
}

const welcome = `
Hutong 胡同 is open. Ctrl-C closes it.

  Shop      {phone}
            in WeChat's phone, as mei; to look round without it: {page}
  Console   {base}/console/     brand {slug}, password "{password}", as one of
{people}
  API       {shop}
  API docs  {base}/docs
  WeChat    {wechat}/phone/     payment sheet, messages, faults
  Metrics   {metrics}/metrics
  Log       {log}
  Data      {data}     "hutong demo --fresh" begins anew; other commands take
            --config {config}

Another brand is opened in the console by the administrator; WeChat signs it up, with what its owner enters under Settings:

  curl -s {wechat}/_sim/merchants -H 'Content-Type: application/json' -d '{"name":"Daybreak Tea"}'

Anybody may sign in; WeChat knows them by any name. As mei, from a shell:

  SHOP={shop}
  CODE=$(curl -s {wechat}/_sim/login-codes -H 'Content-Type: application/json' -d '{"appid":"{appid}","user":"mei"}' | cut -d'"' -f4)
  TOKEN=$(curl -s $SHOP/session -H 'Content-Type: application/json' -d "{\"code\":\"$CODE\"}" | sed 's/.*"token":"\([^"]*\)".*/\1/')
  curl -s $SHOP/me -H "Authorization: Bearer $TOKEN"

  STAFF={token}     # of the owner, good for a week
  curl -s {base}/console/v1/me -H "Authorization: Bearer $STAFF"

`
