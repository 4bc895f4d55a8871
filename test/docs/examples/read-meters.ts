import { NestFactory } from '@nestjs/core';
import { AggregateRepository, getAggregateRepositoryToken, ProjectionManager } from 'nestevents';
import { Meter, ReadingTaken } from './meter.js';
import { MetersModule } from './meters.module.js';

const app = await NestFactory.createApplicationContext(MetersModule, { logger: ['warn', 'error'] });
const meters = app.get<AggregateRepository<Meter>>(getAggregateRepositoryToken(Meter));

const meter = await meters.load('meter-1');
meter.takeReading('3000250.500', 'Dot', 'radio');
const events = await meters.save(meter);

for (const event of await meters.history('meter-1')) {
  const { eventVersion, kilowattHours, takenBy, source } = event as ReadingTaken;
  console.log(`stored as version ${eventVersion}: ${kilowattHours} kWh by ${takenBy}, ${source}`);
}
await app.get(ProjectionManager).waitFor('meter-readings', events.at(-1)!.position);
await app.close();
