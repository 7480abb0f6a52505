// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

import { task } from 'hardhat/config';
import { ArgumentType } from 'hardhat/types/arguments';

const deploy = task('deploy', 'Deploys AskTheModel and prints its address')
  .setAction(() => import('./deploy.js'))
  .build();

const ask = task('ask', 'Asks a model through AskTheModel, and says whose data the answer came from')
  .addOption({
    name: 'question',
    description: 'What to ask',
    defaultValue: 'The court held that the contract was void.',
  })
  .addOption({
    name: 'contract',
    description: 'The address of AskTheModel; deployed anew where it is not given',
    type: ArgumentType.STRING_WITHOUT_DEFAULT,
    defaultValue: undefined,
  })
  .addOption({
    name: 'adapter',
    description: 'The adapter to ask; the last one that takes jobs where it is -1',
    type: ArgumentType.INT,
    defaultValue: -1,
  })
  .addOption({ name: 'timeout', description: 'Seconds to wait', type: ArgumentType.INT, defaultValue: 180 })
  .addOption({
    name: 'json',
    description: 'A file for the result',
    type: ArgumentType.STRING_WITHOUT_DEFAULT,
    defaultValue: undefined,
  })
  .setAction(() => import('./ask.js'))
  .build();

const examples = task('examples', 'Deploys DataDAO and InfluenceRoyalties, and pays royalties for an answer')
  .addOption({ name: 'job', description: 'The job whose answer it is', type: ArgumentType.INT, defaultValue: -1 })
  .addOption({ name: 'amount', description: 'OPEN to be divided', defaultValue: '1' })
  .addOption({
    name: 'json',
    description: 'A file for the result',
    type: ArgumentType.STRING_WITHOUT_DEFAULT,
    defaultValue: undefined,
  })
  .setAction(() => import('./examples.js'))
  .build();

const gas = task('gas', 'Measures the gas of common transactions')
  .addOption({
    name: 'json',
    description: 'A file for the result',
    type: ArgumentType.STRING_WITHOUT_DEFAULT,
    defaultValue: undefined,
  })
  .setAction(() => import('./gas.js'))
  .build();

export default [deploy, ask, examples, gas];
